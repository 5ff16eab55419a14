"""The table behind `/scale`: what a number of shares or views means on a platform, each line with its date and source.

The toolkit ships no figures: it knows none that it could stand for. An admin loads a table (CSV) whose lines each name a source;
`docs/guides/alerts-in.md` describes it, with an example whose figures are invented and say so.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from common.errors import Invalid
from common.i18n import gettext as _

COLUMNS = ("platform", "measure", "at_least", "meaning_en", "meaning_fr", "dated", "source")
MOST_LINES, LONGEST = 2_000, 500
ANY = "any"  # as platform: wherever
_NAME = re.compile(r"[a-z0-9][a-z0-9_.+-]{0,39}")


@dataclass(frozen=True)
class Figure:
    """One line: from `at_least` on, a number of this measure on this platform means this (language → words)."""

    platform: str
    measure: str
    at_least: int
    meaning: dict[str, str]
    dated: str
    source: str


def read_table(text: str) -> list[Figure]:
    """Return the figures of a CSV table with a head line. Raises Invalid that names each wrong line."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), restkey="more")
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise _refused(_("The head line lacks: %(names)s.") % {"names": ", ".join(missing)})
    figures, wrong = [], []
    for number, row in enumerate(reader, start=2):
        if number > MOST_LINES:
            raise _refused(_("A table has at most %(most)s lines.") % {"most": MOST_LINES})
        try:
            figures.append(_figure({name: (row.get(name) or "").strip() for name in COLUMNS}))
        except ValueError as error:
            wrong.append(_("Line %(number)s: %(what)s") % {"number": number, "what": error})
    if wrong:
        raise _refused(" ".join(wrong[:10]))
    if not figures:
        raise _refused(_("The table is empty."))
    return figures


def standing(figures: Sequence[Figure], count: int, measure: str, platform: str) -> list[Figure]:
    """Return what a number means: per platform and measure the highest line that it reaches, in the table's order of names.

    `measure`, `platform`: "" for all; a platform that the table does not know falls back to its lines for `any`.
    """
    of_measure = [one for one in figures if not measure or one.measure == measure]
    wanted = [one for one in of_measure if not platform or one.platform == platform]
    wanted = wanted or [one for one in of_measure if one.platform == ANY]
    reached: dict[tuple[str, str], Figure] = {}
    for one in sorted(wanted, key=lambda line: line.at_least):
        if one.at_least <= count:
            reached[one.platform, one.measure] = one
    return [reached[key] for key in sorted(reached)]


def _figure(row: dict[str, str]) -> Figure:
    for name in ("platform", "measure"):
        row[name] = row[name].lower()
        if not _NAME.fullmatch(row[name]):
            raise ValueError(_("“%(name)s” must be a short word.") % {"name": name})
    if not (row["at_least"].isascii() and row["at_least"].isdigit() and len(row["at_least"]) < 13):
        raise ValueError(_("“at_least” must be a whole number."))
    if not row["meaning_en"] and not row["meaning_fr"]:
        raise ValueError(_("it says nothing in either language."))
    if not row["source"]:
        raise ValueError(_("it names no source."))
    if any(len(value) > LONGEST for value in row.values()):
        raise ValueError(_("a part is longer than %(most)s characters.") % {"most": LONGEST})
    try:
        date.fromisoformat(row["dated"])
    except ValueError:
        raise ValueError(_("“dated” must be a date such as 2026-11-22.")) from None
    meaning = {code: row[f"meaning_{code}"] for code in ("en", "fr") if row[f"meaning_{code}"]}
    return Figure(row["platform"], row["measure"], int(row["at_least"]), meaning, row["dated"], row["source"])


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"table": sentence})
