"""From a page's headings to drafts of entries.

A heading is an entry when it is a link (`### [Name](address)`), when "By whom? / What? / What for? / For whom?" stand below it, or
when it has a text of its own; it is a group when entries stand below it. What stands around entries stays with the page.
"""

import re
from dataclasses import dataclass, field

from common.i18n import N_
from common.taxonomy import Criterion, EntryKind, Phase
from encyclopedia.core.fields import FieldType, fields_of
from encyclopedia.schemas import Message, NotUnderstood
from encyclopedia.sources.disencyclopedia.pages import Page, Section, anchor, fold, plain_title

LONGEST_FIELD = 5_000  # schemas.Paragraph

# Questions under an entry → the field that answers them; "What?" is an actor's activities.
_QUESTIONS = {
    "by whom?": "by_whom",
    "what?": "what",
    "what for?": "what_for",
    "for whom?": "for_whom",
    "reliability assessment": "reliability_note",
    "par qui ?": "by_whom",
    "quoi ?": "what",
    "pour quoi faire ?": "what_for",
    "pour qui ?": "for_whom",
}
_OF_ACTORS = {"what": "activities"}
_CRITERIA = {
    "massive": Criterion.MASSIVE,
    "artificial": Criterion.ARTIFICIAL,
    "false or misleading": Criterion.FALSE_OR_MISLEADING,
    "intent to harm": Criterion.INTENT_TO_HARM,
    "harmful": Criterion.INTENT_TO_HARM,
    "foreign source": Criterion.FOREIGN_SOURCE,
    "illegal": Criterion.ILLEGAL,
}
_CRITERION = re.compile(r"criterion:\s*(.*)", re.IGNORECASE)
_PLACE = re.compile(r"(in|for|en|dans|general)\b", re.IGNORECASE)  # "In France", "For the general public"
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\((https?://[^)\s]+)\)")
_ITEM = re.compile(r"^[-*]\s+(\[.*)$")
_SYNONYMS = re.compile(r"^Synonym(?:e)?s?\s*:\s*(.+?)\.?$", re.IGNORECASE | re.MULTILINE)


@dataclass
class Draft:
    """An entry in one language, as one place of one page has it."""

    path: str
    line: int
    anchor: str
    kind: EntryKind
    language: str
    title: str
    phases: list[Phase] = field(default_factory=list)
    criteria: list[Criterion] = field(default_factory=list)
    websites: list[str] = field(default_factory=list)
    facts: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    body: str = ""
    permalink: str = ""
    part_of: "Draft | None" = None
    role: str = "entry"
    notes: list[Message] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """File and heading."""
        return f"{self.path}#{self.anchor}"

    @property
    def words(self) -> str:
        """All that the draft says, for looking at links."""
        return "\n".join([self.body, *self.fields.values(), *self.websites])


class Drafting:
    """Cuts one listing (case studies, practices, tools, actors, definitions) into drafts and what remains of the page."""

    def __init__(self, page: Page, kind: EntryKind) -> None:
        self.page = page
        self.kind = kind
        self.drafts: list[Draft] = []
        self.remains: list[str] = []
        self.unfilled: list[Section] = []

    def run(self) -> None:
        """Fill `drafts`, `remains` and `unfilled` (headings with nothing below them)."""
        for section in self.page.root.children:
            if section.level == 1:
                self._around(section, (), titled=False)
            else:
                self._place(section, ())
        if self.page.root.text:
            self.remains.insert(0, self.page.root.text)

    def _around(self, section: Section, criteria: tuple[Criterion, ...], *, titled: bool = True) -> None:
        text = section.text
        lists = not section.children or _CRITERION.fullmatch(section.title)
        if lists and self.kind in (EntryKind.TOOL, EntryKind.ACTOR):
            text = self._listed(section, criteria)
        if text:
            heading = f"{'#' * max(section.level, 2)} {plain_title(section.title)}\n\n" if titled else ""
            self.remains.append(heading + text)
        for child in section.children:
            self._place(child, criteria)

    def _place(self, section: Section, criteria: tuple[Criterion, ...]) -> None:
        criterion = _CRITERION.fullmatch(section.title)
        if criterion:
            known = _CRITERIA.get(criterion[1].casefold())
            if known is None:
                reason = Message(
                    template=N_("This criterion is not known; its entries were imported without it.")
                )
                self.page.notes.append(
                    NotUnderstood(
                        path=self.page.path, line=section.line, text=section.title[:300], reason=reason
                    )
                )
            self._around(section, (*criteria, known) if known else criteria)
        elif self._is_entry(section):
            self._entry(section, criteria)
        elif section.text or section.children:
            self._around(section, criteria)
        else:
            self.unfilled.append(section)

    def _is_entry(self, section: Section) -> bool:
        if _is_link(section.title) or any(_question(child) for child in section.children):
            return True
        if not section.text or (_PLACE.match(section.title) and section.children):
            return False
        split = self.kind in (EntryKind.TOOL, EntryKind.ACTOR)
        return not (split and any(_is_link(below.title) or _question(below) for below in section.walk()))

    def _entry(self, section: Section, criteria: tuple[Criterion, ...], part_of: Draft | None = None) -> None:
        links = _LINK.findall(section.title) if _is_link(section.title) else []
        draft = self._draft(section.line, plain_title(section.title), criteria)
        draft.anchor = self.page.ids.get(section.line) or anchor(section.title)
        draft.websites = [address for _, address in links]
        draft.part_of = part_of
        if not links and _LINK.search(section.title):  # a title in which only a word is a link
            draft.body = f"{section.title}\n\n"
        own = _SYNONYMS.search(section.text) if self.kind is EntryKind.CONCEPT else None
        if own:
            draft.fields["synonyms"] = own[1]
        draft.body += section.text if not own else _SYNONYMS.sub("", section.text).strip()
        self.drafts.append(draft)
        for child in section.children:
            if self.kind is EntryKind.TOOL and _is_link(child.title):
                self._entry(child, criteria, part_of=draft)
            else:
                self._part(draft, child, section.level)
        _find_website(draft)

    def _part(self, draft: Draft, section: Section, level: int) -> None:
        """Put a sub-section into the field that it answers, or into the text."""
        key = _question(section)
        if key and self.kind is EntryKind.ACTOR:
            key = _OF_ACTORS.get(key, key)
        known = {definition.key for definition in fields_of(self.kind) if definition.type is FieldType.PROSE}
        text = whole(section, level)
        answer = text.partition("\n\n")[2].strip()
        if key in known and key not in draft.fields and 0 < len(answer) <= LONGEST_FIELD:
            draft.fields[key] = answer
        else:
            draft.body = f"{draft.body}\n\n{text}".strip()

    def _listed(self, section: Section, criteria: tuple[Criterion, ...]) -> str:
        """Make an entry of each list item that begins with a link; return the text that remains."""
        kept = []
        for number, line in section.lines:
            item = _ITEM.match(line)
            link = _LINK.match(item[1]) if item else None
            if item is None or link is None:
                kept.append(line)
                continue
            draft = self._draft(number, plain_title(link[1]), criteria)
            draft.anchor = anchor(draft.title)
            draft.websites = [link[2]]
            draft.body = item[1]
            self.drafts.append(draft)
        return "\n".join(kept).strip()

    def _draft(self, line: int, title: str, criteria: tuple[Criterion, ...]) -> Draft:
        page = self.page
        phases = [page.phase] if page.phase else []
        return Draft(
            page.path,
            line,
            "",
            self.kind,
            page.language,
            title,
            phases,
            list(criteria),
            permalink=page.permalink,
        )


def whole(section: Section, level: int) -> str:
    """Return a section with its heading and all below it, as a section below a heading of `level` moved to the top."""
    depth = min(max(section.level - level + 1, 2), 6)
    parts = [f"{'#' * depth} {section.title}", section.text]
    parts.extend(whole(child, level) for child in section.children)
    return "\n\n".join(part for part in parts if part)


def _question(section: Section) -> str | None:
    return _QUESTIONS.get(section.title.casefold().strip())


def _is_link(title: str) -> bool:
    """Whether a heading is nothing but links, perhaps with an article or in brackets."""
    rest = _LINK.sub("", title)
    return rest != title and re.sub(r"\b(the|le|la|les)\b|[\W_]", "", rest.casefold()) == ""


def _find_website(draft: Draft) -> None:
    """Take the address of the first link whose words are the title: `[Bad News](…) is a game …`."""
    if draft.websites or draft.kind not in (EntryKind.TOOL, EntryKind.ACTOR):
        return
    for words, address in _LINK.findall(draft.words):
        if fold(plain_title(words)).replace(" ", "") == fold(draft.title).replace(" ", ""):
            draft.websites = [address]
            return
