"""What the REST interface takes and how its lists look; the shapes of entries themselves are `encyclopedia.schemas`."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from common.taxonomy import EntryKind
from encyclopedia.schemas import LANGUAGES, Sheet, Slug, Text

Summary = Annotated[str, Field(max_length=500, description="What was changed, and why.")]
Language = Annotated[str, Field(pattern=rf"^({'|'.join(LANGUAGES)})$")]
_TEXT: dict[str, JsonValue] = {
    "title": "Lateral reading",
    "lead": "Leave the page and see what others say of it.",
    "fields": {"prerequisites": "A browser, and two minutes."},
    "body": "Readers who *leave* a page judge it better [@mcgrew-2024].\n",
}
_SHEET: dict[str, JsonValue] = {
    "phases": ["detection"],
    "criteria": ["false_or_misleading"],
    "facts": {"effort": [{"value": "low", "source": "mcgrew-2024", "read_on": "2026-11-02"}]},
    "relations": [{"type": "see_also", "entry": 12}],
}


class NewEntry(BaseModel):
    """An entry to open: its kind, its first text, its facts."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"kind": "practice", "language": "en", "text": _TEXT, "sheet": _SHEET, "summary": "New"}
            ]
        },
    )
    kind: EntryKind
    language: Language
    text: Text
    sheet: Sheet = Sheet()
    slug: Slug | None = None
    summary: Summary = ""


class SavedText(BaseModel):
    """A text to save. `base`: the revision that the editor began from; what others saved since is merged in."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": _TEXT, "base": 41, "summary": "Adds the second study"}]},
    )
    text: Text
    base: int | None = None
    summary: Summary = ""
    minor: bool = False
    made_from: Annotated[
        int | None, Field(description="A translation: the revision that it agrees with now.")
    ] = None


class SavedSheet(BaseModel):
    """Facts to save; `base` as for texts."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"sheet": _SHEET, "base": 40, "summary": "Checked the price"}]},
    )
    sheet: Sheet
    base: int | None = None
    summary: Summary = ""
    minor: bool = False


class NewTitle(BaseModel):
    """Another title; the former address leads to the new one unless `keep_redirect` is false."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"title": "Reading laterally"}]}
    )
    title: Annotated[str, Field(min_length=1, max_length=200)]
    summary: Summary = ""
    keep_redirect: bool = True


class Portion(BaseModel):
    """Part of a list; `next` is the cursor of the part that follows, null at the end."""

    items: list[dict[str, Any]]
    next: str | None = None


class SearchPortion(Portion):
    """Part of a search's answer. `capped`: there are more, and the counts are lower bounds."""

    total: int
    capped: bool
    corrected: str | None
    did_you_mean: str | None
    facets: dict[str, dict[str, int]]
