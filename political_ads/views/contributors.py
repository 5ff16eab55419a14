"""How contributors do: for coordinators, by number, with intervals; never by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from fastapi import Request

from common.i18n import N_, ngettext
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.web.charts.axis import likelihood_step
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for
from political_ads.core.aggregation import FloatArray
from political_ads.core.aggregation.uncertainty import accuracy_band, confusion_band, spammer_scores
from political_ads.core.questionnaires import Asked
from political_ads.models import Campaign, Skill
from political_ads.queries.quality import Contribution, Quality
from political_ads.queries.questionnaires import Version
from political_ads.views.campaign_words import title_of
from political_ads.views.classes import class_words, question_words
from political_ads.views.manage import campaign_tabs

FLAGGED = {
    "fast": N_("answers faster than anybody reads"),
    "gold": N_("often wrong on known ads"),
}
SORTS = {
    "flagged": N_("to look at first"),
    "given": N_("most answers"),
    "accuracy": N_("least accurate"),
    "gold": N_("least right on gold"),
    "last": N_("latest"),
}
SHOWN = 10  # questions with a confusion table; the most answered ones
LITTLE = 5.0  # expected answers under which a row of the table says little
_formats = Formats()


@dataclass(frozen=True)
class ContributorLine:
    """One contributor in the list."""

    name: str
    href: str
    given: str
    gold: str
    accuracy: str
    agreement: str
    informative: str
    fast: str
    flagged: str
    stopped: bool
    last: str


@dataclass(frozen=True)
class ContributorsPage:
    """A campaign's contributors."""

    slug: str
    title: str
    tabs: tuple[dict[str, object], ...]
    lines: tuple[ContributorLine, ...]
    sorts: tuple[tuple[str, str], ...]
    sort: str
    count: str
    number: int
    pages: int
    pages_href: str
    batch: str  # when what is known of contributors was last computed from all answers


@dataclass(frozen=True)
class Cell:
    """P(answer | truth) with its interval; `step` is its place on the likelihood scale."""

    words: str
    range: str
    step: int


@dataclass(frozen=True)
class Confusion:
    """What a contributor says where the answer is …: a table for one question."""

    question: str
    classes: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[Cell, ...]], ...]  # truth, expected answers behind it, cells
    little: bool  # some rows rest on hardly anything


@dataclass(frozen=True)
class ContributorPage:
    """One contributor in one campaign."""

    slug: str
    title: str
    contributor_id: int
    name: str
    line: ContributorLine
    facts: tuple[tuple[str, str], ...]
    confusions: tuple[Confusion, ...]
    standing: int
    standing_words: str
    withdrawn: int
    campaigns: int
    stopped: bool
    form: Form


def name_of(contributor_id: int) -> str:
    """Return what a contributor is called here: a number, nothing else."""
    return _("Contributor %(number)s") % {"number": contributor_id}


def contributors_page(
    request: Request, campaign: Campaign, found: Paged[Quality], sort: str
) -> ContributorsPage:
    """List a campaign's contributors."""
    href = path_for(request, "ads_contributors", slug=campaign.slug, query={"sort": sort, "page": "PAGE"})
    return ContributorsPage(
        slug=campaign.slug,
        title=title_of(campaign),
        tabs=campaign_tabs(request, campaign, "ads_contributors"),
        lines=tuple(contributor_line(request, campaign, each) for each in found.items),
        sorts=tuple((code, _(words)) for code, words in SORTS.items()),
        sort=sort,
        count=ngettext("%(count)s contributor", "%(count)s contributors", found.total)
        % {"count": _formats.number(found.total)},
        number=found.number,
        pages=found.pages,
        pages_href=href.replace("PAGE", "{page}"),
        batch=_formats.datetime(campaign.aggregated_at) if campaign.aggregated_at else "",
    )


def contributor_line(request: Request, campaign: Campaign, found: Quality) -> ContributorLine:
    """Show one contributor in the list."""
    who, part = found.contributor, found.participation
    return ContributorLine(
        name=name_of(who.id),
        href=path_for(request, "ads_contributor", slug=campaign.slug, contributor_id=who.id),
        given=_formats.number(part.given),
        gold=_out_of(part.gold_right, part.gold_seen),
        accuracy=_accuracy(found.skill),
        agreement=_out_of(found.agree, found.compared),
        informative=_informative(found.skill),
        fast=_out_of(part.fast, part.given),
        flagged=flag_words(part.flagged),
        stopped=who.state != "active",
        last=_formats.relative(part.last_at) if part.last_at else "",
    )


def contributor_page(  # noqa: PLR0913 - what the page shows
    request: Request,
    campaign: Campaign,
    version: Version,
    found: Quality,
    given: Contribution,
    *,
    skills: Sequence[Skill],
    seconds: Sequence[float],
    form: Form,
) -> ContributorPage:
    """Show one contributor in one campaign."""
    line = contributor_line(request, campaign, found)
    return ContributorPage(
        slug=campaign.slug,
        title=title_of(campaign),
        contributor_id=found.contributor.id,
        name=line.name,
        line=line,
        facts=tuple(_facts(line, found, seconds)),
        confusions=tuple(_confusions(version, skills)),
        standing=given.standing,
        standing_words=ngettext("%(count)s answer", "%(count)s answers", given.standing)
        % {"count": _formats.number(given.standing)},
        withdrawn=given.withdrawn,
        campaigns=len(given.participations),
        stopped=line.stopped,
        form=form,
    )


def flag_words(code: str) -> str:
    """Say why a contributor is to be looked at; an unknown reason stands for itself."""
    return _(FLAGGED[code]) if code in FLAGGED else code.replace("_", " ")


def _facts(line: ContributorLine, found: Quality, seconds: Sequence[float]) -> list[tuple[str, str]]:
    pace = _("%(seconds)s seconds in the middle (median)") % {"seconds": _formats.number(median(seconds), 1)} if seconds else ""  # fmt: skip
    return [
        (_("Answers in this campaign"), line.given),
        (_("Right on known ads"), line.gold),
        (_("Estimated accuracy"), line.accuracy),
        (_("As the label says"), line.agreement),
        (_("How much the answers tell"), line.informative),
        (_("Time on screen"), pace),
        (_("Faster than anybody reads"), line.fast),
        (_("First seen"), _formats.date(found.contributor.created_at)),
        (_("Last answer"), line.last),
        (
            _("Identity"),
            _("an account") if found.contributor.person_id else _("a cookie"),
        ),
    ]


def _accuracy(skill: Skill | None) -> str:
    if skill is None:
        return ""
    if skill.accuracy is not None and skill.low is not None and skill.high is not None:
        value, low, high = skill.accuracy, skill.low, skill.high
    else:
        counts = _counts(skill)
        band = accuracy_band(counts)
        value, low, high = float(band.value[0]), float(band.low[0]), float(band.high[0])
    return _("%(share)s (%(low)s to %(high)s)") % {
        "share": _formats.percent(value),
        "low": _formats.percent(low),
        "high": _formats.percent(high),
    }


def _informative(skill: Skill | None) -> str:
    if skill is None:
        return ""
    score = skill.spammer if skill.spammer is not None else float(spammer_scores(_counts(skill))[0])
    return _formats.number(score, 2)


def _out_of(count: int, total: int) -> str:
    if not total:
        return ""
    return _("%(share)s of %(total)s") % {
        "share": _formats.percent(count / total),
        "total": _formats.number(total),
    }


def _confusions(version: Version, skills: Sequence[Skill]) -> list[Confusion]:
    """Return the tables of the questions with the most answers behind them; the main question first."""
    main = version.content.main.key
    usable = [
        skill
        for skill in skills
        if skill.question in version.asked
        and len(skill.counts) == len(version.asked[skill.question].classes)
        and not version.asked[skill.question].soft
    ]
    ranked = sorted(usable, key=lambda skill: (skill.question != main, -float(_counts(skill).sum())))
    return [_confusion(version, version.asked[skill.question], skill) for skill in ranked[:SHOWN]]


def _confusion(version: Version, asked: Asked, skill: Skill) -> Confusion:
    counts = _counts(skill)
    band = confusion_band(counts)
    names = class_words(version, asked)
    behind = counts[0].sum(axis=1)
    rows = tuple(
        (
            name,
            _formats.number(float(behind[row]), 1),
            tuple(
                Cell(
                    _formats.percent(float(band.value[0, row, column])),
                    _("%(low)s to %(high)s") % {"low": _formats.percent(float(band.low[0, row, column])), "high": _formats.percent(float(band.high[0, row, column]))},
                    likelihood_step(float(band.value[0, row, column])),
                )
                for column in range(len(names))
            ),
        )
        for row, name in enumerate(names)
    )  # fmt: skip
    return Confusion(question_words(version, asked), names, rows, bool((behind < LITTLE).any()))


def _counts(skill: Skill) -> FloatArray:
    return np.array(skill.counts, dtype=np.float64)[None]
