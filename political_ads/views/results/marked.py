"""Examples of words that readers marked in ads' texts, for each remark that asks for them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import gettext as _
from common.i18n import ngettext
from common.web.templating import path_for
from political_ads.core.questionnaires.votes import YES
from political_ads.queries.questionnaires import Version
from political_ads.queries.results import Disputed
from political_ads.views.marked import MarkedView, marked_view, question_title
from political_ads.views.results.figures import fmt


@dataclass(frozen=True)
class MarkedExample:
    """An ad in whose text several volunteers marked the same words."""

    href: str
    page: str
    note: str  # how many of its readers made the remark at all
    view: MarkedView


@dataclass(frozen=True)
class MarkedGroup:
    """The examples for one remark."""

    title: str
    examples: tuple[MarkedExample, ...]


def marked_groups(
    request: Request, version: Version, found: Mapping[str, Sequence[Disputed]]
) -> tuple[MarkedGroup, ...]:
    """Return the examples for each remark; `found`: (sub-)question → creatives with marked words."""
    groups = (
        MarkedGroup(question_title(version.content, name), tuple(_examples(request, version, shown)))
        for name, shown in found.items()
    )
    return tuple(group for group in groups if group.examples)


def _examples(request: Request, version: Version, shown: Sequence[Disputed]) -> Iterator[MarkedExample]:
    for one in shown:
        view = marked_view(version.content, one.label, one.creative)
        if view is not None:
            href = path_for(request, "ads_creative", creative_id=one.creative.id)
            yield MarkedExample(href, one.creative.page_name or _("Page not named"), _readers(one), view)


def _readers(found: Disputed) -> str:
    asked, said = sum(found.label.votes.values()), found.label.votes.get(YES, 0)
    words = ngettext(
        "%(said)s of %(count)s reader made this remark.",
        "%(said)s of %(count)s readers made this remark.",
        asked,
    )
    return words % {"said": fmt.number(said), "count": fmt.number(asked)}
