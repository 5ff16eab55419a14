"""The pages of the 2019 folder: where each stands in phase × kind × language, and its headings as a tree."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from common.i18n import N_
from common.taxonomy import EntryKind, Phase
from encyclopedia.core.exchange.pages import cut
from encyclopedia.core.plain_yaml import YamlError, read_yaml
from encyclopedia.schemas import Message, NotUnderstood
from encyclopedia.sources.disencyclopedia.kramdown import Cleaner, attributes_id

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_KINDS = {
    "case-studies": EntryKind.CASE_STUDY,
    "practices": EntryKind.PRACTICE,
    "tools": EntryKind.TOOL,
    "actors": EntryKind.ACTOR,
    "definitions": EntryKind.CONCEPT,
    "glossary": EntryKind.CONCEPT,
}
# Pages about the old site itself: they are accounted for, and are nothing for an encyclopedia to say.
_SITE = frozenset({"legal-notice", "tracking", "license"})
# The one page of "publications" is a single case study.
_WHOLE = {"publications": EntryKind.CASE_STUDY}
_EMPTY = "no content yet"


@dataclass
class Section:
    """A heading with its own lines (numbered from 1 in the file) and the sections below it; level 0 is the page."""

    level: int
    title: str
    line: int
    lines: list[tuple[int, str]] = field(default_factory=list)
    children: list["Section"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The section's own text, without what stands below its sub-headings."""
        return "\n".join(line for _, line in self.lines).strip()

    def walk(self) -> Iterator["Section"]:
        """Yield the sections below this one, in the order of the page."""
        for child in self.children:
            yield child
            yield from child.walk()


@dataclass
class Page:
    """One file of the folder."""

    path: str
    language: str
    phase: Phase | None
    kind: EntryKind | None
    role: Literal["listing", "page", "site", "whole"]
    title: str
    permalink: str  # without slashes at its ends; "" is the front page
    root: Section
    words: int
    raw: str
    ids: dict[int, str] = field(default_factory=dict)  # line → the id given there by an attribute list
    notes: list[NotUnderstood] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether the page only says that nothing has been written yet."""
        text = " ".join([self.root.text, *(section.text for section in self.root.walk())]).strip()
        return not text or (_EMPTY in text.casefold() and len(text.split()) < 20)


def read_page(path: str, raw: str) -> Page:
    """Read one file. A file without front matter is read as it stands."""
    front, _ = cut(raw)
    cleaner = Cleaner(path)
    about = _front_matter(cleaner, front)
    lines = list(enumerate(raw.replace("\r\n", "\n").split("\n"), start=1))
    first = front.count("\n") + 2 if front is not None else 0
    ids = {number: found for number, line in lines if (found := attributes_id(line))}
    root = _tree(cleaner.clean(lines[first:]))
    stem = PurePosixPath(path).stem
    name = re.sub(r"^\d+-", "", stem)
    kind = _KINDS.get(name) or _WHOLE.get(name)
    return Page(
        path=path,
        language=_language(path),
        phase=_phase(path),
        kind=kind,
        role="whole" if name in _WHOLE else "listing" if kind else "site" if name in _SITE else "page",
        title=_title(root, about, name),
        permalink=about.get("permalink", PurePosixPath(path).with_suffix("").as_posix()).strip("/"),
        root=root,
        words=len(re.findall(r"\w+", " ".join(line for _, line in lines[first:]))),
        raw=raw,
        ids=ids,
        notes=cleaner.notes,
    )


def _front_matter(cleaner: Cleaner, front: str | None) -> dict[str, str]:
    try:
        value = read_yaml(front or "").value
    except YamlError as error:
        reason = Message(template=N_("The front matter could not be read."))
        cleaner.notes.append(NotUnderstood(path=cleaner.path, line=error.line or 1, text="", reason=reason))
        return {}
    return {key: str(member) for key, member in value.items()} if isinstance(value, dict) else {}


def _title(root: Section, about: dict[str, str], name: str) -> str:
    first = next((section.title for section in root.children if section.level == 1), "")
    return plain_title(first) or about.get("title") or name.replace("-", " ").capitalize()


def _language(path: str) -> str:
    return "fr" if "fr" in PurePosixPath(path).parts else "en"


def _phase(path: str) -> Phase | None:
    parts = PurePosixPath(path).parts
    names = [re.sub(r"^\d+-", "", part) for part in parts]
    if names[-1].startswith(("glossary", "definitions")):
        return Phase.INTRODUCTION
    return next((Phase(name) for name in names if name in {phase.value for phase in Phase}), None)


def _tree(lines: list[tuple[int, str]]) -> Section:
    root = Section(0, "", 0)
    open_sections = [root]
    fenced = False
    for number, line in lines:
        fenced ^= line.startswith("```")
        found = None if fenced else _HEADING.match(line)
        if found is None:
            open_sections[-1].lines.append((number, line))
            continue
        section = Section(len(found[1]), found[2], number)
        while open_sections[-1].level >= section.level:
            open_sections.pop()
        open_sections[-1].children.append(section)
        open_sections.append(section)
    return root


def plain_title(title: str) -> str:
    """Return a heading's words without links and emphasis."""
    title = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", title)
    return re.sub(r"\s+", " ", re.sub(r"(?<![\w@])[*_]+|[*_]+(?!\w)|`", "", title)).strip()


def anchor(title: str) -> str:
    """Return the id that a heading has in links, folded: no accents, small letters, digits and hyphens only."""
    return fold(re.sub(r"[^\w\s-]", "", plain_title(title)).strip().replace(" ", "-"))


def fold(text: str) -> str:
    """Return a text for comparing: small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("’", "'"))
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()
