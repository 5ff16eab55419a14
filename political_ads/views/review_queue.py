"""What waits for reviewers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import N_, current_locale, ngettext
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.web.formats import Formats
from common.web.templating import path_for
from political_ads.models import Campaign
from political_ads.queries.questionnaires import Version
from political_ads.queries.review import Waiting
from political_ads.schemas import in_language
from political_ads.views.campaign_words import title_of
from political_ads.views.gold import excerpt
from political_ads.views.label import FLAGS

QUEUE_NAMES = {
    "adjudicate": N_("To decide"),
    "contests": N_("Contested"),
    "flags": N_("Flagged"),
    "decided": N_("Decided"),
}
_formats = Formats()


@dataclass(frozen=True)
class QueueLine:
    """An ad in a queue."""

    href: str
    page: str
    excerpt: str
    language: str
    campaign: str
    why: str
    when: str


@dataclass(frozen=True)
class LawLine:
    """A campaign about law, for trained reviewers."""

    title: str
    href: str
    questionnaire: str
    country: str
    open: bool


@dataclass(frozen=True)
class QueuePage:
    """One queue, and the others' counts."""

    queue: str
    tabs: tuple[dict[str, object], ...]
    lines: tuple[QueueLine, ...]
    number: int
    pages: int
    pages_href: str
    laws: tuple[LawLine, ...]


def queue_page(
    request: Request,
    queue: str,
    counts: Mapping[str, int],
    found: Paged[Waiting],
    laws: Sequence[tuple[Campaign, Version]],
) -> QueuePage:
    """Show one queue."""
    href = path_for(request, "ads_review_queue", query={"queue": queue, "page": "PAGE"})
    return QueuePage(
        queue=queue,
        tabs=tuple(
            {
                "label": _(name),
                "href": path_for(request, "ads_review_queue", query={"queue": code}),
                "current": code == queue,
                "count": _formats.number(counts[code]),
            }
            for code, name in QUEUE_NAMES.items()
        ),
        lines=tuple(_line(request, queue, each) for each in found.items),
        number=found.number,
        pages=found.pages,
        pages_href=href.replace("PAGE", "{page}"),
        laws=tuple(_law(request, campaign, version) for campaign, version in laws),
    )


def _line(request: Request, queue: str, each: Waiting) -> QueueLine:
    if each.contest:
        href = path_for(request, "ads_review_contest", contest_id=each.contest.id)
    else:
        href = path_for(request, "ads_review_item", item_id=each.item.id, query={"queue": queue})
    moment = each.contest.at if each.contest else each.item.retired_at
    return QueueLine(
        href=href,
        page=each.creative.page_name or _("Page not named"),
        excerpt=excerpt(each.creative),
        language=each.creative.language,
        campaign=title_of(each.campaign),
        why=_why(each),
        when=_formats.date(moment) if moment else "",
    )


def _why(each: Waiting) -> str:
    if each.contest:
        return each.contest.reason
    if each.flags:
        return " · ".join(flag_words(each.flags))
    if each.adjudication:
        stays = _("stays disputed") if each.adjudication.disputed else _("decided")
        return _("%(name)s: %(value)s") % {"name": stays, "value": each.adjudication.reason}
    return ngettext("%(count)s answer", "%(count)s answers", each.item.answers) % {"count": each.item.answers}


def flag_words(flags: Mapping[str, int]) -> Iterator[str]:
    """Yield the flags that were raised, each with how often."""
    for flag, count in sorted(flags.items()):
        known = next((words for code, words in FLAGS.items() if code.value == flag), None)
        yield _("%(flag)s (%(count)s)") % {"flag": _(known) if known else flag, "count": count}


def _law(request: Request, campaign: Campaign, version: Version) -> LawLine:
    return LawLine(
        title_of(campaign),
        path_for(request, "ads_label", slug=campaign.slug),
        in_language(version.content.title, current_locale()),
        version.content.country,
        campaign.state == "open",
    )
