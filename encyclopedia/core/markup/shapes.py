"""What reading and rendering a text give, and what rendering needs to know."""

from collections.abc import Callable
from dataclasses import dataclass, field

from encyclopedia.core.markup.citing import Citation
from encyclopedia.core.markup.cleaning import slugify


@dataclass(frozen=True)
class Heading:
    """A heading; `section` is the number of the section that it opens, 0 where it opens none (inside a list or quotation)."""

    level: int  # 1 to 6, as written
    text: str
    id: str  # begins with "s-", so that no heading can take the place of one of the page's own ids
    section: int


@dataclass(frozen=True)
class Parsed:
    """What a text points to and says. All tuples are in order of first appearance."""

    wikilinks: tuple[str, ...]  # distinct slugs
    citations: tuple[Citation, ...]  # every one, repeated or not
    external_links: tuple[str, ...]  # distinct http and https addresses, those of outside pictures included
    media: tuple[str, ...]  # distinct names
    headings: tuple[Heading, ...]
    words: int
    plain: str  # the text without markup, a line per block: for the search index and snippets
    first_paragraph: str
    plain_only: bool = False  # too large or too deeply nested to be read as markup: all of it is text


@dataclass(frozen=True)
class EntryTarget:
    """Where a wikilink leads; for a missing entry, to the address that creates it."""

    href: str
    title: str
    exists: bool


@dataclass(frozen=True)
class MediaTarget:
    """A picture (or document) of the media library: `src` is the file, `page` describes it ("" for none)."""

    src: str
    alt: str = ""
    width: int | None = None  # pixels
    height: int | None = None
    page: str = ""


@dataclass(frozen=True)
class Resolve:
    """What the outside knows, asked once for each mention: keep these quick (look-ups in mappings loaded beforehand)."""

    entry: Callable[[str], EntryTarget]  # slug → where it leads
    knows_source: Callable[[str], bool]  # citation key → is there such a source
    media: Callable[[str], MediaTarget | None]  # file name → picture or document, None when there is none
    edit_section: Callable[[int], str] | None = (
        None  # section number → address of its editor; None: no such links
    )


@dataclass
class Numbering:
    """The numbers and ids given so far on one page; hand the same one to every text that is shown there."""

    numbers: dict[str, int] = field(default_factory=dict)  # citation key → number
    anchors: dict[str, list[str]] = field(default_factory=dict)  # citation key → ids of its mentions
    taken: set[str] = field(default_factory=set)  # ids of headings
    repeats: dict[str, int] = field(default_factory=dict)  # id → the highest number put behind it
    notes: int = 0  # footnotes shown so far

    def cite(self, key: str) -> tuple[int, str]:
        """Count one mention of a source; return its number (from 1, by first appearance) and the mention's id."""
        number = self.numbers.setdefault(key, len(self.numbers) + 1)
        mentions = self.anchors.setdefault(key, [])
        mentions.append(f"cite-{key}-{len(mentions) + 1}")
        return number, mentions[-1]

    def heading_id(self, text: str) -> str:
        """Return an id of its own for a heading."""
        stem = wanted = f"s-{slugify(text)}"
        while wanted in self.taken:
            self.repeats[stem] = self.repeats.get(stem, 1) + 1
            wanted = f"{stem}-{self.repeats[stem]}"
        self.taken.add(wanted)
        return wanted


@dataclass(frozen=True)
class Rendered:
    """A text as HTML. The list of references is the page's to render, from `cited`: the i-th bears the id "ref-<key>"."""

    html: str
    toc: tuple[Heading, ...]
    cited: tuple[
        str, ...
    ]  # keys in the order of their numbers (of the whole page, where a Numbering was shared)
    anchors: dict[str, tuple[str, ...]]  # key → ids of its mentions, for the links back
    plain_only: bool = False  # shown as preformatted text; see Parsed


@dataclass(frozen=True)
class Section:
    """Part of a text, from its heading to the next of the same or a higher level; number 0 is what precedes all headings."""

    number: int
    level: int  # 1 to 6; 0 for section 0
    title: str  # as written, markup included
    start: int  # characters
    end: int
