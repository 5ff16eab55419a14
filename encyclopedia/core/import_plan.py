"""What an import would do, or did: one line an entry, and how far it is."""

from enum import StrEnum

from pydantic import Field

from encyclopedia.schemas import ImportReport, Message, Shape

LONGEST_ORIGIN = 300  # models.Imported.origin
STEP = 20  # entries stored in one transaction; a stopped import goes on after the last one


class Outcome(StrEnum):
    """What becomes of an entry that a file brings."""

    CREATE = "create"
    UPDATE = "update"  # changed there, untouched here
    MERGE = "merge"  # changed there and here, in different places
    BRING_BACK = "bring_back"  # an earlier import of it was undone
    UNCHANGED = "unchanged"
    CLASH = "clash"  # changed there and here, in the same place: left as it is here
    EXISTS = "exists"  # an entry that did not come from this import has its title: left
    DELETED = "deleted"  # somebody deleted it here: left
    LEFT_OUT = "left_out"  # a page about the old site itself
    REFUSED = "refused"


WRITING = (Outcome.CREATE, Outcome.UPDATE, Outcome.MERGE, Outcome.BRING_BACK)


class ImportOptions(Shape):
    """What whoever imports chose. `language`: of files that do not say it (tables, wikis)."""

    language: str = "en"
    site_pages: bool = True  # take pages about the old site itself, too: some links stand only there
    existing: bool = (
        False  # bring entries of the same title up to date, although they did not come from this import
    )


class EntryLine(Shape):
    """What becomes of one entry."""

    origin: str
    slug: str
    title: str
    kind: str
    languages: tuple[str, ...]
    outcome: Outcome
    entry: int | None = None
    note: Message | None = None


class ImportState(Shape):
    """What `models.Import.report` holds."""

    read: ImportReport
    plan: tuple[EntryLine, ...] = ()
    vocabulary: dict[str, int] = Field(default_factory=dict)  # new, changed, same, gone: terms
    done: int = 0  # steps
    steps: int = 0
    applied: tuple[EntryLine, ...] = ()
    counts: dict[str, int] = Field(
        default_factory=dict
    )  # what was stored besides entries: sources, redirects, terms, references
    left: tuple[EntryLine, ...] = ()  # kept by an undo, since somebody edited them


def page_origin(origin: str, part: str) -> str:
    """Return the origin of a part of an entry (a language's page, a revision), within the column's length."""
    return f"{origin[: LONGEST_ORIGIN - len(part) - 1]}|{part}"


def outcome_counts(lines: tuple[EntryLine, ...]) -> dict[str, int]:
    """Count lines by what becomes of the entries, in the order of `Outcome`."""
    return {
        outcome.value: count
        for outcome in Outcome
        if (count := sum(line.outcome is outcome for line in lines))
    }
