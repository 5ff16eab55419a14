"""What a training run measured on rows that its models had not seen."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from political_ads.core.classifier.metrics import auc, calibration_error, f1, macro_f1
from political_ads.core.classifier.ngrams import FloatArray, IntArray

LEAST_GAIN = 0.001  # of log loss: what is less is of no use to anybody, however sure
SURE = 2.0  # standard errors: with one, facts drawn by chance were read in 4 of 24 trials
_FEWEST = 30  # rows of a language before figures are given for it


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures on some rows. NaN where a figure makes no sense (one class only).

    `f1`: of the last class; `macro_f1`: mean over classes; `auc`, `ece`: mean over one-against-rest classes (two classes: of the
    second).
    """

    rows: int
    f1: float
    macro_f1: float
    auc: float
    ece: float


@dataclass(frozen=True, slots=True)
class Beside:
    """What facts beside the text are worth: the same folds by page, with words alone and with both.

    `words_loss`, `both_loss`: mean log loss against the soft labels, which is lower where probabilities are better. `doubt`: the standard
    error of their difference, rows of one page counted together.
    """

    words: Figures
    both: Figures
    words_loss: float
    both_loss: float
    doubt: float

    @property
    def used(self) -> bool:
        """Whether the model reads facts: only where they made its probabilities on unseen pages better beyond chance."""
        return self.words_loss - self.both_loss > max(SURE * self.doubt, LEAST_GAIN)

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers, for the artefact."""
        return {
            "used": self.used,
            "words": _plain(self.words) | {"log_loss": round(self.words_loss, 4)},
            "both": _plain(self.both) | {"log_loss": round(self.both_loss, 4)},
            "doubt": round(self.doubt, 4),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """`held_out`: by page; `by_language`: the same, per language; `later`: each window by what came before it.

    `stated`: (n, k) what models that had not seen the page said of each row. `beside`: what facts are worth; None where there were none.
    """

    classes: tuple[str, ...]
    held_out: Figures
    by_language: dict[str, Figures]
    later: Figures | None
    stated: FloatArray
    beside: Beside | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers, for the artefact; NaN becomes None."""
        return {
            "held_out": _plain(self.held_out),
            "by_language": {language: _plain(each) for language, each in self.by_language.items()},
            "later": None if self.later is None else _plain(self.later),
            "beside": None if self.beside is None else self.beside.as_dict(),
        }


def figures_of(shares: FloatArray, stated: FloatArray, called: IntArray) -> Figures:
    """Measure probabilities (n, k) and called classes (n,) against the likeliest class of soft labels (n, k)."""
    truth = shares.argmax(axis=1)
    classes = shares.shape[1]
    measured = [classes - 1] if classes == 2 else [each for each in range(classes) if np.any(truth == each)]
    areas = [auc(truth == each, stated[:, each]) for each in measured]
    errors = [calibration_error(truth == each, stated[:, each]) for each in measured]
    return Figures(
        rows=len(truth),
        f1=f1(truth == classes - 1, called == classes - 1),
        macro_f1=macro_f1(truth, called, classes),
        auc=float(np.mean(areas)) if areas else float("nan"),
        ece=float(np.mean(errors)) if errors else float("nan"),
    )


def beside_of(
    shares: FloatArray,
    weight: FloatArray,
    groups: NDArray[np.generic],
    words: tuple[FloatArray, IntArray],
    both: tuple[FloatArray, IntArray],
) -> Beside:
    """Compare what was said with words alone and with facts: probabilities (n, k) and calls (n,) of each, on the same rows.

    `groups`: (n,) pages, whose rows err together: the standard error sums the differences within each (Liang and Zeger 1986, DOI
    10.1093/biomet/73.1.13).
    """
    first, second = _losses(shares, words[0]), _losses(shares, both[0])
    total = float(weight.sum())
    gain = first - second
    apart = weight * (gain - float(weight @ gain) / total)
    by_group = np.bincount(np.unique(groups, return_inverse=True)[1], weights=apart)
    return Beside(
        words=figures_of(shares, *words),
        both=figures_of(shares, *both),
        words_loss=float(weight @ first) / total,
        both_loss=float(weight @ second) / total,
        doubt=float(np.sqrt((by_group**2).sum())) / total,
    )


def _losses(shares: FloatArray, stated: FloatArray) -> FloatArray:
    """−Σ share · ln(stated) of each row."""
    losses: FloatArray = -(shares * np.log(np.clip(stated, 1e-12, 1.0))).sum(axis=1)
    return losses


def report_on(
    classes: tuple[str, ...],
    shares: FloatArray,
    stated: FloatArray,
    called: IntArray,
    languages: NDArray[np.str_],
    later: tuple[FloatArray, IntArray] | None,
    beside: Beside | None = None,
) -> Report:
    """Put the figures of one run together."""
    by_language = {
        str(language): figures_of(shares[rows], stated[rows], called[rows])
        for language in np.unique(languages)
        if int((rows := languages == language).sum()) >= _FEWEST
    }
    windows = None
    if later is not None and (seen := later[1] >= 0).any():
        windows = figures_of(shares[seen], later[0][seen], later[1][seen])
    return Report(classes, figures_of(shares, stated, called), by_language, windows, stated, beside)


def _plain(figures: Figures) -> dict[str, float | None]:
    return {name: (None if value != value else round(value, 4)) for name, value in asdict(figures).items()}
