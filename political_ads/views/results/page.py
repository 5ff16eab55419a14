"""The dashboard: the finding first, then charts, then examples; how it was made beside every number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import current_locale, ngettext
from common.i18n import gettext as _
from common.web.templating import path_for
from political_ads.core.questionnaires import Asked
from political_ads.core.questionnaires.votes import NO
from political_ads.core.spans import spans_of
from political_ads.models import Ad, Campaign, Label
from political_ads.queries.questionnaires import Version
from political_ads.queries.results import Disputed, Narrowing
from political_ads.schemas import in_language
from political_ads.service.results import Results, topics_of
from political_ads.views.ad import AdView, ad_view, country_name
from political_ads.views.marked import MarkedView, marked_views
from political_ads.views.results.figures import FigureView, Wording, fmt
from political_ads.views.results.marked import MarkedGroup, marked_groups
from political_ads.views.results.sections import Finding, Section, finding_of, sections_of, wording_of

EXCERPT = 240  # characters of a disputed ad's text


@dataclass(frozen=True)
class ExampleView:
    """An ad that stands for a label."""

    href: str
    note: str
    ad: AdView
    marked: tuple[MarkedView, ...]  # what the marks in its text are about


@dataclass(frozen=True)
class DisputedView:
    """A creative on which people differ."""

    href: str
    page: str
    text: str
    language: str
    answers: str
    state: str


@dataclass(frozen=True)
class ChoiceList:
    """A filter: its choices as (value, words)."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str


@dataclass(frozen=True)
class LivePart:
    """The part of the page that is made anew while answers come; `poll` asks whether there is something new."""

    slug: str
    poll: str
    query: dict[str, str]  # what a reader narrowed to, for the figures' files
    empty: bool
    narrowed: bool
    finding: Finding
    figures: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    computed: str


@dataclass(frozen=True)
class ResultsPage:
    """The page."""

    slug: str
    title: str
    question: str
    part: LivePart
    filters: tuple[ChoiceList, ...]
    advertiser: str
    advertisers: tuple[str, ...]
    clear: str | None
    marked: tuple[MarkedGroup, ...]
    examples: tuple[tuple[str, tuple[ExampleView, ...]], ...]
    disputed: tuple[DisputedView, ...]
    licence: str
    public: bool
    may_label: bool


def results_page(  # noqa: PLR0913 - what the page shows
    request: Request,
    campaign: Campaign,
    version: Version,
    results: Results,
    wanted: Narrowing,
    *,
    examples: Mapping[str, Sequence[Disputed]],
    disputed: Sequence[Disputed],
    marked: Mapping[str, Sequence[Disputed]],
    marks: Mapping[int, Sequence[Label]],
    ads: Mapping[int, Ad],
    choices: tuple[Sequence[tuple[str, int]], Sequence[str], Sequence[str]],
    running: bool,
) -> ResultsPage:
    """Put the page together. `choices`: languages with counts, countries, advertisers.

    `marked`: (sub-)question → creatives in which several marked the same words; `marks`: item → its labels about marked words.
    """
    wording = wording_of(version, campaign, results)
    languages, countries, advertisers = choices
    return ResultsPage(
        slug=campaign.slug,
        title=in_language(campaign.title, current_locale()),
        question=wording.of_question(results.main),
        part=live_part(request, campaign, version, results, wanted),
        filters=tuple(_filters(version, wording, wanted, languages, countries)),
        advertiser=wanted.advertiser,
        advertisers=tuple(advertisers),
        clear=path_for(request, "ads_results", slug=campaign.slug) if wanted else None,
        marked=marked_groups(request, version, marked),
        examples=tuple(
            (
                wording.of_class(results.main, key),
                tuple(_example(request, version, one, ads, marks.get(one.item.id, ())) for one in found),
            )
            for key, found in examples.items()
            if found
        ),
        disputed=tuple(_disputed(request, one, wording, results.main) for one in disputed),
        licence=campaign.licence,
        public=campaign.results_public,
        may_label=running,
    )


def live_part(
    request: Request, campaign: Campaign, version: Version, results: Results, wanted: Narrowing
) -> LivePart:
    """Return what changes as answers come."""
    wording = wording_of(version, campaign, results)
    query = {**query_of(wanted), "known": results.stamp}
    standing = results.standing
    return LivePart(
        slug=campaign.slug,
        poll=path_for(request, "ads_results_live", slug=campaign.slug, query=query),
        query=query_of(wanted),
        empty=not (standing.answers or results.drawn),
        narrowed=bool(wanted),
        finding=finding_of(results, wording),
        figures=(
            (fmt.number(standing.answers), ngettext("answer", "answers", standing.answers)),
            (
                _("%(done)s of %(all)s")
                % {
                    "done": fmt.number(standing.settled),
                    "all": fmt.number(standing.creatives),
                },
                _("creatives have a label"),
            ),
            (
                fmt.number(standing.disputed + standing.waiting),
                _("not agreed: %(disputed)s published as disputed, %(waiting)s with reviewers")
                % {
                    "disputed": fmt.number(standing.disputed),
                    "waiting": fmt.number(standing.waiting),
                },
            ),
        ),
        sections=tuple(section for section in sections_of(results, wording, version) if section.figures),
        computed=fmt.datetime(results.at),
    )


def all_figures(campaign: Campaign, version: Version, results: Results) -> dict[str, FigureView]:
    """Return every figure of the dashboard by its key."""
    wording = wording_of(version, campaign, results)
    sections = sections_of(results, wording, version)
    return {figure.key: figure for section in sections for figure in section.figures}


def query_of(wanted: Narrowing) -> dict[str, str]:
    """Return a narrowing as an address says it."""
    named = {
        "language": wanted.language,
        "country": wanted.country,
        "topic": wanted.topic,
        "advertiser": wanted.advertiser,
    }
    return {name: value for name, value in named.items() if value}


def _filters(
    version: Version,
    wording: Wording,
    wanted: Narrowing,
    languages: Sequence[tuple[str, int]],
    countries: Sequence[str],
) -> Iterator[ChoiceList]:
    if len(languages) > 1:
        rows = [
            (code, f"{code or _('not known')} ({fmt.number(count)})") for code, count in languages if code
        ]
        yield ChoiceList("language", _("Language"), (("", _("all")), *rows), wanted.language)
    if countries:
        named = sorted(((code, country_name(code)) for code in countries), key=lambda row: row[1])
        yield ChoiceList("country", _("Country"), (("", _("all")), *named), wanted.country)
    topics = topics_of(version)
    if topics:
        asked = [one for one in version.asked.values() if one.question == "topics" and one.option in topics]
        rows = [(one.option, wording.of_option(one)) for one in asked]
        yield ChoiceList("topic", _("Topic"), (("", _("all")), *rows), wanted.topic)


def _example(
    request: Request, version: Version, found: Disputed, ads: Mapping[int, Ad], marks: Sequence[Label]
) -> ExampleView:
    note = ngettext("%(count)s answer", "%(count)s answers", found.item.answers) % {
        "count": fmt.number(found.item.answers)
    }
    href = path_for(request, "ads_creative", creative_id=found.creative.id)
    shown = {one.question: one for one in marks if one.label != NO}
    places = [place for one in shown.values() for place in spans_of(one.spans, found.creative.text)]
    ad = ad_view(ads.get(found.creative.id), found.creative, marked=places)
    return ExampleView(href, note, ad, tuple(marked_views(version.content, shown, found.creative)))


def _disputed(request: Request, found: Disputed, wording: Wording, main: Asked) -> DisputedView:
    votes = sorted(
        found.label.votes.items(),
        key=lambda row: (-row[1], main.classes.index(row[0]) if row[0] in main.classes else 0),
    )
    text = found.creative.text
    return DisputedView(
        href=path_for(request, "ads_creative", creative_id=found.creative.id),
        page=found.creative.page_name or _("Page not named"),
        text=text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0] + " …",
        language=found.creative.language,
        answers=" · ".join(
            _("%(name)s: %(value)s") % {"name": wording.of_class(main, key), "value": fmt.number(count)}
            for key, count in votes
        ),
        state=_("Disputed")
        if found.item.disputed
        else _("With reviewers")
        if found.item.state == "adjudicate"
        else "",
    )
