"""The evaluation as typed rows and as Markdown for people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from political_ads.core.active import Replay
from political_ads.core.classifier.comparison import OURS, WITH_FACTS, Measured
from political_ads.core.classifier.curves import Point
from political_ads.core.classifier.drift import Drift

BY_NEAR = "posts drawn at random, near-duplicates together"
BY_PAGE = "by page"
OTHER_SETS = "trained on the other locales"
FIXED = "fixed quarter of the ids"
REPEATED = "five folds"
_MARKS_F1 = {"en-US": 0.917, "it-IT": 0.956, "nl-BE": 0.895}
_MARK_URUGUAY, _MARK_ECE, _MARK_CAUSES, _MARK_LABELS = 0.742, 0.04, 0.30, 350


@dataclass(frozen=True, slots=True)
class Causes:
    """Of `ads` texts, `called` were called political by `method`."""

    name: str
    method: str
    ads: int
    called: int

    @property
    def share(self) -> float:
        """The share called political; NaN where there are no texts."""
        return self.called / self.ads if self.ads else float("nan")


@dataclass(frozen=True, slots=True)
class Replayed:
    """The replays of one set, each with its own test part."""

    name: str
    runs: Sequence[Replay]

    def mean(self, *, active: bool, size: int) -> float:
        """Mean F1 after `size` labels; NaN where a run has none."""
        values = [(run.active if active else run.random).get(size, float("nan")) for run in self.runs]
        return float(np.mean(values))

    def needed(self, size: int) -> int | None:
        """The fewest active labels whose mean F1 reaches that of `size` random ones; None where none does."""
        target = self.mean(active=False, size=size)
        sizes = sorted(self.runs[0].active)
        return next((each for each in sizes if self.mean(active=True, size=each) >= target), None)


@dataclass(slots=True)
class Evaluation:
    """All that one run measured."""

    seed: int
    rows: list[Measured] = field(default_factory=list)
    causes: list[Causes] = field(default_factory=list)
    transfer: list[Causes] = field(default_factory=list)
    curves: dict[str, list[Point]] = field(default_factory=dict)
    replays: list[Replayed] = field(default_factory=list)
    drift: dict[str, Drift] = field(default_factory=dict)

    def of(self, name: str, split: str, method: str = OURS) -> Measured | None:
        """Return the row of a set, split and method."""
        wanted = (name, split, method)
        return next((row for row in self.rows if (row.name, row.split, row.method) == wanted), None)


def marks_table(found: Evaluation) -> str:
    """Compare with the marks that were set before the work."""
    lines = ["| mark | reached | |", "|---|---|---|"]
    for name, mark in _MARKS_F1.items():
        for split in (BY_NEAR, BY_PAGE):
            row = found.of(name, split)
            if row:
                lines.append(_line(f"{name}, F1 ≥ {mark:.3f}, {split}", f"{row.f1:.3f}", row.f1 >= mark))
    for split in (FIXED, REPEATED):
        row = found.of("uruguay_2024", split)
        if row:
            mark = _MARK_URUGUAY
            lines.append(
                _line(
                    f"uruguay_2024, macro-F1 ≥ {mark:.3f}, {split}",
                    f"{row.macro_f1:.3f}",
                    row.macro_f1 >= mark,
                )
            )
    lines += _calibration_marks(found) + _cause_marks(found) + _replay_marks(found)
    return "\n".join(lines) + "\n"


def figures_table(rows: Iterable[Measured]) -> str:
    """All figures, one line a method."""
    lines = [
        "| set | split | method | ads | F1 | macro-F1 | AUC | ECE | worst ECE |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row.name} | {row.split} | {row.method} | {row.rows:,} | {row.f1:.3f} | {row.macro_f1:.3f} | "
        f"{row.auc:.3f} | {row.ece:.3f} | {row.worst_ece:.3f} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def facts_table(found: Evaluation) -> str:
    """What facts beside the words change, wherever both were measured."""
    lines = [
        "| set | split | macro-F1 | change | AUC | change | ECE |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for row in found.rows:
        words = found.of(row.name, row.split) if row.method == WITH_FACTS else None
        if words:
            lines.append(
                f"| {row.name} | {row.split} | {words.macro_f1:.3f} → {row.macro_f1:.3f} | {row.macro_f1 - words.macro_f1:+.3f} | "
                f"{words.auc:.3f} → {row.auc:.3f} | {row.auc - words.auc:+.3f} | {words.ece:.3f} → {row.ece:.3f} |"
            )
    return "\n".join(lines) + "\n"


def labels_table(rows: Iterable[Measured], names: Sequence[str] | None = None) -> str:
    """F1 of each question or class, for sets with several."""
    parts = []
    for row in rows:
        if len(row.by_label) > 1:
            shown = names if names and len(names) == len(row.by_label) else list(row.by_label)
            values = ", ".join(
                f"{name} {value:.3f}" for name, value in zip(shown, row.by_label.values(), strict=True)
            )
            parts.append(f"- {row.name}, {row.split}, {row.method}: {values}")
    return "\n".join(parts) + "\n"


def causes_table(rows: Iterable[Causes]) -> str:
    """Shares called political."""
    lines = ["| texts | method | texts | called political | share |", "|---|---|---:|---:|---:|"]
    lines += [
        f"| {row.name} | {row.method} | {row.ads:,} | {row.called:,} | {row.share:.2f} |" for row in rows
    ]
    return "\n".join(lines) + "\n"


def replay_table(replays: Iterable[Replayed]) -> str:
    """Mean F1 by number of labels."""
    replays = list(replays)
    if not replays:
        return ""
    sizes = sorted(replays[0].runs[0].active)
    chance = sorted(replays[0].runs[0].random)
    head = [f"random {size:,}" for size in chance] + [f"least sure {size}" for size in sizes]
    lines = [
        "| set | runs | " + " | ".join(head) + " | labels needed |",
        "|---|---:|" + "---:|" * (len(head) + 1),
    ]
    for each in replays:
        cells = [f"{each.mean(active=False, size=size):.3f}" for size in chance]
        cells += [f"{each.mean(active=True, size=size):.3f}" for size in sizes]
        needed = each.needed(chance[-1])
        cells.append(str(needed) if needed else f"more than {sizes[-1]}")
        lines.append(f"| {each.name} | {len(each.runs)} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def curve_table(curves: dict[str, list[Point]]) -> str:
    """Held-out F1 (one fold, by page) after so many random labels."""
    sizes = sorted({point.size for points in curves.values() for point in points})
    lines = ["| set | " + " | ".join(f"{size:,}" for size in sizes) + " |", "|---|" + "---:|" * len(sizes)]
    for name, points in curves.items():
        of_size = {point.size: f"{point.figures.f1:.3f}" for point in points}
        lines.append(f"| {name} | " + " | ".join(of_size.get(size, "") for size in sizes) + " |")
    return "\n".join(lines) + "\n"


def drift_table(windows: dict[str, Drift]) -> str:
    """Stability of each window against the first."""
    lines = [
        "| window | scores (by chance) | vocabulary (by chance) | words never seen | moved |",
        "|---|---|---|---:|---|",
    ]
    lines += [
        f"| {name} | {each.score:.3f} ({each.score_chance:.3f}) | {each.vocabulary:.3f} ({each.vocabulary_chance:.3f}) | "
        f"{each.unseen:.0%} | {'yes' if each.moved else 'no'} |"
        for name, each in windows.items()
    ]
    return "\n".join(lines) + "\n"


def _line(mark: str, value: str, reached: bool) -> str:  # noqa: FBT001 - a pure formatter of one truth value
    return f"| {mark} | {value} | {'reached' if reached else '**not reached**'} |"


def _calibration_marks(found: Evaluation) -> list[str]:
    lines = []
    for title, wanted in (("within a set", False), (OTHER_SETS, True)):
        rows = [row for row in found.rows if row.method == OURS and (row.split == OTHER_SETS) == wanted]
        if rows:
            worst = max(rows, key=lambda row: row.ece)
            value = f"at most {worst.ece:.3f} ({worst.name}, {worst.split})"
            lines.append(_line(f"ECE ≤ {_MARK_ECE}, {title}", value, worst.ece <= _MARK_ECE))
    return lines


def _cause_marks(found: Evaluation) -> list[str]:
    own = [row for row in found.causes if row.method == OURS]
    lines = []
    if own:
        ads, called = sum(row.ads for row in own), sum(row.called for row in own)
        value = f"{called / ads:.2f} ({called} of {ads}; worst set {max(row.share for row in own):.2f})"
        mark = f"posts of non-political pages about a cause called political ≤ {_MARK_CAUSES:.2f}, {BY_PAGE}"
        lines.append(_line(mark, value, called / ads <= _MARK_CAUSES))
    appeals = [row for row in found.transfer if row.method == OURS and row.name.startswith("france_2019, ")]
    lines += [
        _line(
            f"france_2019, texts about a cause called political ≤ {_MARK_CAUSES:.2f}, trained on the seeds",
            f"{row.share:.2f} ({row.called} of {row.ads})",
            row.share <= _MARK_CAUSES,
        )
        for row in appeals
    ]
    return lines


def _replay_marks(found: Evaluation) -> list[str]:
    lines = []
    for each in found.replays:
        needed = each.needed(1_000)
        value = f"{needed or 'more than ' + str(max(each.runs[0].active))} labels"
        mark = f"{each.name}, least sure first reaches the F1 of 1,000 random labels with ≤ {_MARK_LABELS}"
        lines.append(_line(mark, value, needed is not None and needed <= _MARK_LABELS))
    return lines
