"""The shape of the table of modules: what each is called, what it takes, what it runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from encyclopedia.core.wiki_titles import NAMESPACES

if TYPE_CHECKING:
    from encyclopedia.api.mediawiki.call import Call
    from encyclopedia.api.mediawiki.given import Given
    from encyclopedia.queries.mediawiki.pages import WikiPage

MOST = 500  # items of one answer, values of one parameter
Type = Literal["string", "text", "integer", "limit", "boolean", "timestamp", "namespace", "user", "title", "password", "upload"]  # fmt: skip


@dataclass(frozen=True)
class Parameter:
    """One parameter. `type`: a kind of value, or the values that it may have. `default` is written as in an address."""

    name: str
    type: Type | tuple[str, ...] = "string"
    multi: bool = False
    required: bool = False
    default: str | None = None
    most: int = MOST  # of a limit
    submodules: Mapping[str, str] | None = None  # value → module path

    @property
    def choices(self) -> tuple[str, ...] | None:
        """The values that it may have, where they are few."""
        return self.type if isinstance(self.type, tuple) else None


@dataclass(frozen=True)
class Listing:
    """What a list gives: items as the answer has them, the pages behind them for a generator, where to go on."""

    items: Sequence[dict[str, Any]]
    pages: Sequence["WikiPage"] = ()
    next: str | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)  # what stands beside the list in the answer


@dataclass(frozen=True)
class Outcome:
    """What a property gives besides what it wrote onto the pages: the pages it names (for a generator), where to go on."""

    pages: Sequence["WikiPage"] = ()
    next: str | None = None


class Batch:
    """The pages that a query is about, and what its properties say of each."""

    def __init__(
        self, pages: Sequence["WikiPage"], *, revisions: Mapping[int, Sequence[int]] | None = None
    ) -> None:
        self.pages = pages
        self.asked_revisions = revisions or {}  # page → revisions asked for by number
        self.told: dict[WikiPage, dict[str, Any]] = {page: {} for page in pages}

    def texts(self) -> dict[int, "WikiPage"]:
        """Return the pages that are texts, by the number of the text's page."""
        return {page.page_id: page for page in self.pages if page.is_text and page.page_id is not None}

    def tell(self, page: "WikiPage", **facts: Any) -> None:
        """Say something of a page."""
        self.told[page].update(facts)

    def add(self, page: "WikiPage", name: str, item: Any) -> None:
        """Add an item to a page's list."""
        self.told[page].setdefault(name, []).append(item)


@dataclass(frozen=True)
class Module:
    """One module. `run` takes the call and what was given; a property also takes the batch."""

    name: str
    group: Literal["main", "action", "prop", "list", "meta"]
    parameters: tuple[Parameter, ...]
    run: Callable[..., Any]
    prefix: str = ""
    is_generator: bool = False
    token: str | None = None  # the kind of token that it needs; it is then posted
    writes: bool = False
    posted: bool = False
    open: bool = False  # whether it answers those who may not read

    @property
    def path(self) -> str:
        """The module's path in paraminfo."""
        return self.name if self.group in {"main", "action"} else f"query+{self.name}"


Action = Callable[["Call", "Given"], dict[str, Any]]
LIMIT = Parameter("limit", "limit", default="10")
CONTINUE = Parameter("continue")
NAMESPACE_CODES = tuple(str(number) for number in NAMESPACES if number >= 0)
NAMESPACE = Parameter("namespace", "namespace", multi=True)
DIRECTION = Parameter("dir", ("newer", "older"), default="older")
UP_OR_DOWN = Parameter("dir", ("ascending", "descending"), default="ascending")
START, END = Parameter("start", "timestamp"), Parameter("end", "timestamp")
TITLE, PAGE_ID = Parameter("title", "title"), Parameter("pageid", "integer")
REDIRECTS = Parameter("filterredir", ("all", "redirects", "nonredirects"), default="all")
