"""Which column of a table is which of ours: proposed from names and values, to be confirmed by the person who knows the file.

The trap: `handle` (unique, after the @) is not the display name. A column called `name` is a display name on X and a handle
nowhere; `username` is a handle; a sample of values is looked at before anything is called sure.
"""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field

from bot_detector.schemas import ACCOUNT_COLUMNS
from bot_detector.sources.formats.column_names import KNOWN_NAMES, PLATFORM_HINTS, PREFIXES
from bot_detector.sources.formats.shapes import MISSING_WORDS

SURE = 0.9
_HANDLE = re.compile(r"\S{1,320}")  # whatever it is made of, it has no blanks inside
_FEW = 10  # values: too few to hold some bad ones against a column
_NUMBER = re.compile(r"[+-]?[\d,. '’\u00a0\u202f]*\d(\.\d*)?([eE][+-]?\d+)?")
_DATE = re.compile(r".*\d{4}.*|\d{9,13}(\.0*)?", re.DOTALL)
_COUNTS = frozenset(("followers", "friends", "statuses", "favourites", "listed"))
_DATES = frozenset(("created_at", "observed_at"))


@dataclass(frozen=True, slots=True)
class Mapping:
    """Our column → the file's column, with the confidence of each (0..1), and what is left over.

    `platform` stands for all rows where no column says it. `sure` is true where a person need not look.
    """

    columns: Dictionary[str, str]
    platform: str | None = None
    confidence: Dictionary[str, float] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether accounts can be made: there is an id and a platform."""
        return "account_id" in self.columns and (self.platform is not None or "platform" in self.columns)

    @property
    def sure(self) -> bool:
        """Whether every part is as good as certain, so that reading may go on without asking."""
        return self.complete and all(confidence >= SURE for confidence in self.confidence.values())


def propose_mapping(columns: Sequence[str], sample: Iterable[Dictionary[str, object]] = ()) -> Mapping:
    """Propose what each of `columns` means. `sample`: some rows, as dictionaries by column name."""
    columns = [column for column in dict.fromkeys(columns) if _is_text(column)]
    rows = list(sample)
    best: dict[str, tuple[float, str]] = {}
    ours = {"platform", "account_id"} <= set(columns)  # a table in our own words means what it says
    for column in columns:
        for target, surety in _meanings(column, columns):
            values = [] if ours and target == column else [row.get(column) for row in rows]
            fitting = surety * _fit(target, values)
            if fitting > best.get(target, (0.0, ""))[0]:
                best[target] = (fitting, column)
    best = _one_use(best)
    platform, certainty = _platform(columns)
    if "account_id" not in best and "handle" in best:
        best["account_id"] = (
            0.6,
            best["handle"][1],
        )  # a handle names an account as long as it does not change hands
    confidence = {target: round(value, 2) for target, (value, _) in best.items()}
    if "platform" not in best:
        confidence["platform"] = certainty
    mapped = {target: column for target, (_, column) in best.items()}
    ordered = {target: mapped[target] for target in ACCOUNT_COLUMNS if target in mapped}
    unmapped = tuple(column for column in columns if column not in ordered.values())
    return Mapping(ordered, None if "platform" in best else platform, confidence, unmapped)


def _is_text(column: str) -> bool:
    """Whether the name can be written down; halves of characters cannot."""
    try:
        column.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_mapping(mapping: Mapping, columns: Sequence[str]) -> dict[str, str]:
    """Return what is wrong with a confirmed mapping, by our column; nothing where it fits the file's columns."""
    known = set(columns)
    pairs = mapping.columns.items()
    return {
        target: column for target, column in pairs if target not in ACCOUNT_COLUMNS or column not in known
    }


def plain_name(column: str) -> str:
    """Return a column's name in small letters and underscores, without the prefix of the object it came from."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column.strip().lstrip("\ufeff"))
    plain = re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")
    if plain in KNOWN_NAMES:
        return plain
    for prefix in PREFIXES:
        if plain.startswith(prefix) and plain[len(prefix) :] in KNOWN_NAMES:
            return plain[len(prefix) :]
    return plain


def _meanings(column: str, columns: Sequence[str]) -> list[tuple[str, float]]:
    name = plain_name(column)
    if name == "name":
        others = {plain_name(other) for other in columns}
        has_handle = any(
            target == "handle" for other in others - {"name"} for target, _ in KNOWN_NAMES.get(other, ())
        )
        return [("display_name", 1.0 if has_handle else 0.5)]
    return list(KNOWN_NAMES.get(name, ()))


def _fit(target: str, values: Sequence[object]) -> float:
    """Return how well the values fit the meaning: 1 where nearly all do, less where many do not. No values: 1."""
    texts = [
        text
        for value in values
        if value is not None and (text := str(value).strip()).lower() not in MISSING_WORDS
    ]
    if not texts:
        return 1.0
    fitting = sum(1 for text in texts if _looks_like(target, text)) / len(texts)
    if target == "handle":
        fitting = max(
            fitting, 0.1
        )  # a column of full names called "username" has to be asked about, not passed over
    return 1.0 if fitting >= (0.8 if len(texts) >= _FEW else 0.5) else fitting  # files have some bad rows


def _looks_like(target: str, text: str) -> bool:
    if target == "handle":
        return _HANDLE.fullmatch(text) is not None
    if target in _COUNTS:
        return _NUMBER.fullmatch(text) is not None
    if target in _DATES:
        return _DATE.fullmatch(text) is not None
    if target == "account_id":
        return len(text) <= 256 and "\n" not in text
    return True


def _one_use(best: dict[str, tuple[float, str]]) -> dict[str, tuple[float, str]]:
    """Give each column to one meaning only, the surest."""
    taken: dict[str, tuple[float, str]] = {}
    for target, (confidence, column) in sorted(best.items(), key=lambda item: -item[1][0]):
        if column not in (used for _, used in taken.values()):
            taken[target] = (confidence, column)
    return taken


def _platform(columns: Sequence[str]) -> tuple[str | None, float]:
    """Guess the platform of a file that does not say it, from names that only one platform uses."""
    names = {plain_name(column) for column in columns}
    for platform, hints, confidence in PLATFORM_HINTS:
        if names >= hints:
            return platform, confidence
    return None, 0.0
