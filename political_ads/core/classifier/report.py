"""What a training run measured on rows that its models had not seen."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from political_ads.core.classifier.metrics import auc, calibration_error, f1, macro_f1
from political_ads.core.classifier.ngrams import FloatArray, IntArray

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
class Report:
    """`held_out`: by page; `by_language`: the same, per language; `later`: each window by what came before it.

    `stated`: (n, k) what models that had not seen the page said of each row.
    """

    classes: tuple[str, ...]
    held_out: Figures
    by_language: dict[str, Figures]
    later: Figures | None
    stated: FloatArray

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers, for the artefact; NaN becomes None."""
        return {
            "held_out": _plain(self.held_out),
            "by_language": {language: _plain(each) for language, each in self.by_language.items()},
            "later": None if self.later is None else _plain(self.later),
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


def report_on(
    classes: tuple[str, ...],
    shares: FloatArray,
    stated: FloatArray,
    called: IntArray,
    languages: NDArray[np.str_],
    later: tuple[FloatArray, IntArray] | None,
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
    return Report(classes, figures_of(shares, stated, called), by_language, windows, stated)


def _plain(figures: Figures) -> dict[str, float | None]:
    return {name: (None if value != value else round(value, 4)) for name, value in asdict(figures).items()}
