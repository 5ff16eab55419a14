"""A new page as a program writes it: Markdown, with front matter where it says more than the text."""

from dataclasses import dataclass

from common.errors import Invalid
from common.i18n import gettext as _
from common.taxonomy import EntryKind
from encyclopedia.core.exchange.pages import FENCE, cut, parse_page
from encyclopedia.core.exchange.reader import Reader
from encyclopedia.core.plain_yaml import Plain, write_yaml
from encyclopedia.schemas import Text


@dataclass(frozen=True)
class NewPage:
    """What was written. `kind`: None where it does not say."""

    kind: EntryKind | None
    text: Text


def new_page(markdown: str, *, title: str) -> NewPage:
    """Read a new page; `title` counts where the front matter has none. Text without front matter is a body.

    Raises:
        Invalid: there is front matter, and it cannot be read.
    """
    front, body = cut(markdown)
    if front is None:
        return NewPage(None, Text(title=title, body=markdown))
    reader = Reader(_("The page"))
    given = reader.read(front, first_line=2)
    if given is None:
        raise Invalid(str(reader.problems[0]))
    kind = given.pop("kind", None)
    if kind is not None and kind not in set(EntryKind):
        raise Invalid(_("“%(kind)s” is not a kind of entry.") % {"kind": kind})
    text, problems = parse_page(_page({"title": title, **given}, body))
    if text is None or problems:
        raise Invalid(
            "; ".join(str(problem.message) for problem in problems) or _("The page cannot be read.")
        )
    return NewPage(EntryKind(kind) if kind is not None else None, text)


def _page(front: "dict[str, Plain]", body: str) -> str:
    return f"{FENCE}{write_yaml(front)}{FENCE}\n{body}\n"


def facts_of(markdown: str) -> tuple[dict[str, str], str]:
    """Return the plain facts of a text's front matter and the text behind it; without front matter, all is text."""
    front, body = cut(markdown)
    given = Reader("").read(front, first_line=2) if front is not None else None
    if given is None:
        return {}, markdown
    return {key: value for key, value in given.items() if isinstance(value, str)}, body
