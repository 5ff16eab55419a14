"""Case studies that the 2019 pages write as tables of one column: a title, then `**Key:** value` rows."""

import re

from common.taxonomy import EntryKind
from encyclopedia.sources.disencyclopedia.drafts import Draft
from encyclopedia.sources.disencyclopedia.pages import Page, Section, anchor, fold, plain_title

_ROW = re.compile(r"^\|\s*(.*?)\s*\|?\s*$")
_DIVIDER = re.compile(r"^\|[-:\s|]+$")
_KEYED = re.compile(r"^\*\*(.+?)\s*:\s*\*\*\s*(.*)$")
_BREAK = re.compile(r"\s*<br\s*/?>\s*")

# Row keys, folded → what they are.
_KEYS = {
    "date": "date", "nature of the suspected actors": "actors", "nature des acteurs soupconnes": "actors",
    "natures des acteurs soupconnes": "actors", "type of manipulation": "type", "type de manipulation": "type",
    "channels used": "channels", "canaux de diffusion employes": "channels", "modus operandi": "modus_operandi",
    "supposed goals": "goals", "objectifs supposes": "goals", "objectifs": "goals", "background": "background",
    "contexte": "background", "summary": "summary", "resume": "summary", "source": "sources", "sources": "sources",
}  # fmt: skip
# Words of the suspected actors and channels → codes; all that match are taken, and the words stay in the text.
_NATURES = {
    "state": r"state actor|acteur etatique",
    "commercial": r"compan|entreprise",
    "party": r"political part|parti politique",
}
_CHANNELS = {
    "facebook": r"facebook", "x": r"twitter", "whatsapp": r"whatsapp", "reddit": r"reddit", "messaging": r"messag",
    "web": r"website|sites|information sites|forum", "press": r"\bmedia|medias",
}  # fmt: skip
_ORIGINS = {"exogenous": r"exogen", "endogenous": r"endogen"}


def take_cases(page: Page, section: Section) -> list[Draft]:
    """Take the tables of case studies out of a section; its lines keep the rest."""
    drafts: list[Draft] = []
    kept: list[tuple[int, str]] = []
    table: list[tuple[int, str]] = []
    for number, line in [*section.lines, (0, "")]:
        if line.startswith("|"):
            table.append((number, line))
            continue
        if table:
            draft = _case(page, table)
            drafts.extend([draft] if draft else [])
            kept.extend([] if draft else table)
            table = []
        kept.append((number, line))
    section.lines = kept[:-1]
    return drafts


def _case(page: Page, table: list[tuple[int, str]]) -> Draft | None:
    if len(table) < 3 or not _DIVIDER.match(table[1][1]):
        return None
    cells = [found[1] for _, line in table if (found := _ROW.match(line))]
    rows = [found.groups() for cell in cells[2:] if (found := _KEYED.match(cell))]
    if not rows or len(rows) < len(cells) - 2:
        return None
    title = plain_title(cells[0])
    given = page.ids.get(table[-1][0] + 1) or anchor(title)
    draft = Draft(
        page.path, table[0][0], given, EntryKind.CASE_STUDY, page.language, title, permalink=page.permalink
    )
    draft.phases = [page.phase] if page.phase else []
    parts = {_KEYS.get(fold(key), key): (key, _BREAK.sub("\n\n", value).strip()) for key, value in rows}
    _fill(draft, parts)
    return draft


def _fill(draft: Draft, parts: dict[str, tuple[str, str]]) -> None:
    """Put each row into its field; what has no field, or lost words on its way to a code, stays in the text."""
    body = [parts.pop("summary", ("", ""))[1]]
    for name, (key, value) in parts.items():
        if name == "date" and re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value):
            draft.facts["dates"] = [value]
        elif name in ("modus_operandi", "goals"):
            draft.fields[name] = value
        elif name == "actors":
            draft.fields["abcde_actor"] = value
            draft.facts["suspected_nature"] = _codes(_NATURES, value)
        else:
            body.append(f"**{key}**: {value}")
            if name == "type":
                origins = _codes(_ORIGINS, value)
                draft.facts["origin"] = ["mixed"] if len(origins) > 1 else origins
            elif name == "channels":
                draft.facts["channels"] = _codes(_CHANNELS, value)
    draft.body = "\n\n".join(part for part in body if part)


def _codes(patterns: dict[str, str], value: str) -> list[str]:
    folded = fold(value)
    return [code for code, pattern in patterns.items() if re.search(pattern, folded)]
