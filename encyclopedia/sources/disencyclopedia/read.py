"""The whole folder of 2019 to entries, with a report in which every file is accounted for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from common.i18n import N_
from common.taxonomy import EntryKind
from encyclopedia.schemas import BroughtEntry, FileLine, ImportReport, Message, NotUnderstood
from encyclopedia.sources.bring import addresses, free_slug
from encyclopedia.sources.disencyclopedia.assembly import assemble
from encyclopedia.sources.disencyclopedia.cases import take_cases
from encyclopedia.sources.disencyclopedia.drafts import Draft, Drafting, whole
from encyclopedia.sources.disencyclopedia.inside import Inside
from encyclopedia.sources.disencyclopedia.joining import english_page, join_same, joined, pair
from encyclopedia.sources.disencyclopedia.pages import Page, anchor, fold, read_page

PAGES = "_pages/"
KIND = "disencyclopedia"
_LINK = re.compile(r"\]\((https?://[^)\s]+)\)")


@dataclass(frozen=True)
class Brought2019:
    """What the folder gave, and the report."""

    entries: tuple[BroughtEntry, ...]
    report: ImportReport


@dataclass
class _State:
    pages: list[Page]
    drafts: dict[str, list[Draft]] = field(default_factory=dict)  # path → drafts
    origins: dict[str, str] = field(
        default_factory=dict
    )  # origin of any draft → of the draft that it went into
    slugs: dict[str, str] = field(default_factory=dict)  # origin → slug
    french: dict[str, Draft] = field(default_factory=dict)  # origin of the English draft → its French one
    not_understood: list[NotUnderstood] = field(default_factory=list)


def is_disencyclopedia(paths: Sequence[str]) -> bool:
    """Whether these files look like the folder of 2019."""
    return sum(f"/{PAGES}en/" in f"/{path}" and path.endswith(".md") for path in paths) >= 3


def read_disencyclopedia(files: Mapping[str, bytes | str]) -> Brought2019:
    """Read the folder (paths with `/`; anything around `_pages/` is stepped over). A file that is not UTF-8 is refused alone."""
    state, refused = _read_pages(files)
    for page in state.pages:
        state.drafts[page.path] = _drafts(page, state)
    entries = _join(state)
    _give_slugs(entries, state)
    inside = Inside(_targets(state))
    brought = tuple(assemble(draft, state.french.get(draft.origin), state.slugs, inside) for draft in entries)
    state.not_understood.extend(inside.notes)
    lines = [_account(page, state) for page in state.pages]
    noted = [note for page in state.pages for note in page.notes] + state.not_understood
    report = ImportReport(
        kind=KIND,
        files=tuple(sorted([*lines, *refused], key=lambda line: line.path)),
        counts=_counts(brought, state),
        not_understood=tuple(sorted(noted, key=lambda note: (note.path, note.line))),
        notes=tuple(note for draft in entries for note in draft.notes),
    )
    return Brought2019(brought, report)


def _read_pages(files: Mapping[str, bytes | str]) -> tuple[_State, list[FileLine]]:
    pages, refused = [], []
    for path, content in sorted(files.items()):
        _, found, below = f"/{path}".rpartition(f"/{PAGES}")
        if not found or not path.endswith(".md"):
            continue
        try:
            text = content if isinstance(content, str) else content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            sentence = Message(
                template=N_("The file is not UTF-8 (byte %(position)s)."), values={"position": error.start}
            )
            refused.append(FileLine(path=PAGES + below, outcome="refused", notes=(sentence,)))
            continue
        pages.append(read_page(PAGES + below, text))
    return _State(pages), refused


def _drafts(page: Page, state: _State) -> list[Draft]:
    if page.empty:
        return []
    if page.role != "listing" or page.kind is None:
        return [_page_draft(page)]
    cases = [draft for section in page.root.walk() for draft in take_cases(page, section)]
    drafting = Drafting(page, page.kind)
    if cases:  # the headings around tables of cases group them, and are no entries
        remains = [whole(section, section.level) for section in page.root.children]
    else:
        drafting.run()
        remains = drafting.remains
    reason = Message(template=N_("A heading with nothing below it; it was left out."))
    state.not_understood.extend(
        NotUnderstood(path=page.path, line=section.line, text=section.title[:300], reason=reason)
        for section in drafting.unfilled
    )
    drafts = [*cases, *drafting.drafts]
    text = "\n\n".join(remains).strip()
    if text:
        drafts.append(_rest(page, text))
    return _unlike(drafts)


def _page_draft(page: Page) -> Draft:
    """Return a page that is no listing as one draft."""
    sections = page.root.children
    if len(sections) == 1 and sections[0].level == 1:
        parts = [sections[0].text, *(whole(section, 1) for section in sections[0].children)]
    else:
        parts = [page.root.text, *(whole(section, 1) for section in sections)]
    draft = _rest(page, "\n\n".join(part for part in parts if part))
    if page.role == "whole" and page.kind:
        draft.kind, draft.role = page.kind, "entry"
    elif page.role == "site":
        draft.role = "site"
    return draft


def _rest(page: Page, text: str) -> Draft:
    """Return what a page says around its entries, as a draft of its own."""
    phases = [page.phase] if page.phase else []
    title = re.sub(r"\s*\((?:French|français)\)$", "", page.title)
    body = re.sub(r"^#\s+.*\n*", "", text) if text.startswith("# ") else text
    return Draft(
        page.path,
        1,
        "",
        EntryKind.CONCEPT,
        page.language,
        title,
        phases,
        body=body,
        permalink=page.permalink,
        role="page",
    )


def _unlike(drafts: list[Draft]) -> list[Draft]:
    """Number the anchors that stand twice in one page, so that every origin is one draft's alone."""
    seen: dict[str, int] = {}
    for draft in drafts:
        seen[draft.anchor] = seen.get(draft.anchor, 0) + 1
        if seen[draft.anchor] > 1:
            draft.anchor = f"{draft.anchor}-{seen[draft.anchor] - 1}"  # as kramdown does
    return drafts


def _join(state: _State) -> list[Draft]:
    """Return one draft an entry, in its main language; French texts that have an English one hang on it."""
    english = [draft for page in state.pages if page.language == "en" for draft in state.drafts[page.path]]
    entries = _one_of_each(english, state)
    alone: list[Draft] = []
    for page in state.pages:
        if page.language == "en":
            continue
        other = english_page(page, state.pages)
        pairs = pair(state.drafts[page.path], state.drafts[other.path] if other else [])
        for draft in state.drafts[page.path]:
            twin = pairs.get(draft.origin)
            if twin is None:
                alone.append(draft)
            else:
                state.origins[draft.origin] = state.origins[twin.origin]
                state.french[state.origins[twin.origin]] = draft
    return entries + _one_of_each(alone, state)


def _one_of_each(drafts: list[Draft], state: _State) -> list[Draft]:
    entries = []
    for group in join_same(drafts):
        for draft in group:
            state.origins[draft.origin] = group[0].origin
        entries.append(joined(group))
    return entries


def _give_slugs(entries: list[Draft], state: _State) -> None:
    taken: set[str] = set()
    for draft in sorted(entries, key=lambda draft: draft.role != "entry"):  # entries first: pages step aside
        state.slugs[draft.origin] = free_slug(
            draft.title, taken, draft.kind.value.replace("_", "-") if draft.role == "entry" else "2019"
        )
    for origin, went_into in state.origins.items():
        state.slugs[origin] = state.slugs[went_into]


def _targets(state: _State) -> dict[tuple[str, str], str]:
    targets: dict[tuple[str, str], str] = {}
    for page in state.pages:
        for draft in state.drafts[page.path]:
            if draft.role != "site":
                targets.setdefault((page.permalink, fold(draft.anchor)), state.slugs[draft.origin])
        _section_targets(page, state, targets)
    return targets


def _section_targets(page: Page, state: _State, targets: dict[tuple[str, str], str]) -> None:
    """Let links to a heading inside an entry lead to the entry."""
    starts = sorted(
        (draft.line, state.slugs[draft.origin])
        for draft in state.drafts[page.path]
        if draft.role == "entry" and draft.anchor
    )
    for section in page.root.walk():
        before = [slug for line, slug in starts if line <= section.line]
        if before and section.level > 2:
            targets.setdefault((page.permalink, anchor(section.title)), before[-1])


def _account(page: Page, state: _State) -> FileLine:
    drafts = state.drafts[page.path]
    outcome = "entries"
    if not drafts:
        outcome = "empty"
    elif page.role in ("page", "site"):
        outcome = page.role
    elif page.language != "en" and any(state.origins[draft.origin] in state.french for draft in drafts):
        outcome = "translation"
    elif all(draft.role == "page" for draft in drafts):
        outcome = "page"
    notes = (
        [Message(template=N_("The page says only that nothing has been written yet."))] if not drafts else []
    )
    notes.extend(note for draft in drafts for note in draft.notes)
    return FileLine.model_validate(
        {
            "path": page.path,
            "outcome": outcome,
            "entries": tuple(dict.fromkeys(state.slugs[draft.origin] for draft in drafts)),
            "words": page.words,
            "links": len(addresses(page.raw)),
            "notes": tuple(notes),
        }
    )


def _counts(brought: Sequence[BroughtEntry], state: _State) -> dict[str, int]:
    counts = {
        f"{kind.value} entries": sum(b.role == "entry" and b.entry.kind is kind for b in brought)
        for kind in EntryKind
    }
    counts["pages"] = sum(found.role == "page" for found in brought)
    counts["site pages"] = sum(found.role == "site" for found in brought)
    counts["in two languages"] = sum(len(found.entry.texts) == 2 for found in brought)
    counts["files"] = len(state.pages)
    counts["links"] = len({link for page in state.pages for link in _LINK.findall(page.raw)})
    # Bare addresses and frames, too.
    counts["addresses"] = len({address for page in state.pages for address in addresses(page.raw)})
    return counts
