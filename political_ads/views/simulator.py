"""What a retirement rule would have cost and saved, as a sentence, a chart and a table."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isnan

from fastapi import Request

from common.i18n import gettext as _
from common.i18n import ngettext
from common.web.formats import Formats
from common.web.forms import Form
from political_ads.core.retirement import Rule
from political_ads.core.simulation import Replay
from political_ads.models import Campaign
from political_ads.service.simulating import FEWEST, Simulated
from political_ads.views.campaign_words import share_words, title_of
from political_ads.views.manage import campaign_tabs

CHART = (4.0, 6.0)  # the points' place keeps away from the edges by so many percent, across and up
MANY_OPEN = 0.05  # of the creatives: from here on, the cost is not known and the finding says so
FEW = 200  # creatives under which rules cannot be told apart
ENOUGH_DECIDED = 20  # decisions of reviewers from which on the table gives a share of them
_formats = Formats()


@dataclass(frozen=True)
class Dot:
    """A rule on the chart, in percent of the plot, y from the top."""

    x: float
    y: float
    words: str
    ours: bool


@dataclass(frozen=True)
class RuleLine:
    """A rule in the table: what it would have cost and changed."""

    rule: str
    ours: bool
    per_creative: str
    saved: str
    differ: str
    reviewers: str
    open: str
    decided: str  # of 100 that reviewers decided, those with their label; empty where there are none


@dataclass(frozen=True)
class Finding:
    """What came out, in words."""

    title: str
    notes: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True)
class Chart:
    """Cost against agreement for the rule and its neighbours."""

    title: str
    label: str
    dots: tuple[Dot, ...]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    source: str


@dataclass(frozen=True)
class SimulatorPage:
    """The simulator of one campaign; `finding` is empty where there are too few answers."""

    slug: str
    title: str
    tabs: tuple[dict[str, object], ...]
    form: Form
    sources: tuple[tuple[str, str], ...]
    of: str
    finding: Finding | None
    chart: Chart | None
    lines: tuple[RuleLine, ...]
    against_reviewers: bool  # the table compares with what reviewers decided
    fewest: int


def simulator_page(
    request: Request,
    campaign: Campaign,
    other: Campaign,
    campaigns: Sequence[Campaign],
    form: Form,
    found: Simulated | None,
) -> SimulatorPage:
    """Show the simulator: the rule's form, and what came out on the answers of `other`."""
    return SimulatorPage(
        slug=campaign.slug,
        title=title_of(campaign),
        tabs=campaign_tabs(request, campaign, "ads_simulator"),
        form=form,
        sources=tuple((each.slug, title_of(each)) for each in campaigns),
        of=other.slug,
        finding=_finding(found, other) if found else None,
        chart=_chart(found) if found else None,
        lines=tuple(_line(rule, replay, ours=rule == found.rule) for rule, replay in found.beside)
        if found
        else (),
        against_reviewers=bool(found and found.drawn.decided >= ENOUGH_DECIDED),
        fewest=FEWEST,
    )


def _finding(found: Simulated, other: Campaign) -> Finding:
    replay = found.replay
    named = {
        "saved": _formats.percent(replay.saved),
        "differ": _formats.number(100 * (1 - replay.same_label), 1),
        "open": _formats.percent(replay.open / replay.items),
    }
    title = _(
        "This rule would have used %(saved)s fewer answers; %(differ)s of 100 labels would differ from those that all answers give."
    )
    if replay.open > MANY_OPEN * replay.items:
        title = _(
            "This rule would have used %(saved)s fewer answers, and %(differ)s of 100 labels would differ; but %(open)s of the creatives would wait for more answers than were given."
        )
    if replay.used >= replay.given:
        title = _("This rule would have used every answer that was given: it asks for as many, or for more.")
    figures = (
        (_("Answers used"), _("%(used)s of %(given)s") % {"used": _formats.number(replay.used), "given": _formats.number(replay.given)}),
        (_("Answers a creative"), _formats.number(replay.used / replay.items, 2)),
        (_("Creatives with a label"), _of(replay.retired, replay.items)),
        (_("Creatives for reviewers"), _of(replay.adjudicated, replay.items)),
        (_("Creatives that could not be read"), _of(replay.blank, replay.items)),
        (_("Creatives that would still wait for answers"), _of(replay.open, replay.items)),
        *_against_reviewers(found),
    )  # fmt: skip
    return Finding(title % named, tuple(_notes(found)), figures, _source(found, other))


def _against_reviewers(found: Simulated) -> Iterator[tuple[str, str]]:
    """Say on how many of the creatives that reviewers decided the rule's label is theirs."""
    decided = found.past.decided
    if not decided:
        return
    words = _("%(same)s of %(count)s; with all answers %(all)s")
    yield (
        _("Labels as reviewers decided"),
        words
        % {
            "same": _formats.number(found.replay.accuracy * decided, 1),
            "count": _formats.number(decided),
            "all": _formats.number(found.replay.accuracy_all * decided, 1),
        },
    )


def _notes(found: Simulated) -> list[str]:
    replay = found.replay
    notes = []
    if replay.open:
        notes.append(
            _(
                "%(share)s of the creatives had fewer answers than this rule asks for. What it would cost in full is not known from these answers: they were collected under a rule that stopped earlier, or the campaign goes on."
            )
            % {"share": _formats.percent(replay.open / replay.items)}
        )
    if len(found.past.votes) < found.past.of:
        notes.append(
            _("Computed on %(used)s of %(all)s answers: all about creatives that were drawn at random.")
            % {"used": _formats.number(len(found.past.votes)), "all": _formats.number(found.past.of)}
        )
    if replay.items < FEW:
        notes.append(_("These are few creatives: small differences between rules are chance."))
    if decided := found.past.decided:
        notes.append(
            ngettext(
                "Reviewers decided on %(count)s of these creatives; their decision is taken for the truth. Such creatives are the hardest: on the others a rule is right more often. A tie counts by halves.",
                "Reviewers decided on %(count)s of these creatives; their decisions are taken for the truth. Such creatives are the hardest: on the others a rule is right more often. A tie counts by halves.",
                decided,
            )
            % {"count": _formats.number(decided)}
        )
    notes.append(
        _("That a label stays the same does not make it right: all volunteers together can be wrong.")
    )
    return notes


def _source(found: Simulated, other: Campaign) -> str:
    words = _(
        "Replay of the answers of “%(campaign)s” in the order in which they came; %(items)s creatives, %(answers)s answers."
    )
    return words % {
        "campaign": title_of(other),
        "items": _formats.number(found.past.votes.n_items),
        "answers": _formats.number(len(found.past.votes)),
    }


def _chart(found: Simulated) -> Chart:
    """Place the rules by answers a creative (across) and labels that stay the same (up)."""
    costs = [replay.used / replay.items for _rule, replay in found.beside]
    sames = [100 * replay.same_label for _rule, replay in found.beside]
    dots = [
        Dot(_at(cost, costs, CHART[0]), round(100 - _at(same, sames, CHART[1]), 2), _dot_words(rule, cost, same), rule == found.rule)
        for (rule, _replay), cost, same in zip(found.beside, costs, sames, strict=True)
    ]  # fmt: skip
    best = _best(found)
    if found.drawn.votes.n_items < FEW:
        title = _("What this rule and those beside it would have cost")
    elif best is None:
        title = _("Among the rules beside it, none uses fewer answers with as many labels the same")
    else:
        title = _("A rule beside it uses fewer answers with as many labels the same: %(rule)s")
        title %= {"rule": short_words(best)}
    return Chart(
        title=title,
        label=_("Each point is a rule: answers a creative across, labels that stay the same up. The same figures stand in the table."),
        dots=tuple(sorted(dots, key=lambda dot: dot.ours)),
        x_ticks=_ticks(costs, CHART[0], lambda value: _formats.number(value, 1)),
        y_ticks=tuple((100 - at, words) for at, words in _ticks(sames, CHART[1], lambda value: _formats.number(value, 1))),
        source=_("%(answers)s answers about %(items)s creatives drawn at random.") % {
            "answers": _formats.number(len(found.drawn.votes)),
            "items": _formats.number(found.drawn.votes.n_items),
        },
    )  # fmt: skip


def _best(found: Simulated) -> Rule | None:
    """Return the neighbour that uses the fewest answers without changing more labels or leaving more to reviewers; None: the rule itself."""
    mine = found.beside[0][1]
    better = [
        (replay.used, rule)
        for rule, replay in found.beside[1:]
        if replay.used < mine.used
        and replay.same_label >= mine.same_label
        and replay.adjudicated <= mine.adjudicated
    ]
    return min(better, key=lambda each: each[0])[1] if better else None


def _line(rule: Rule, replay: Replay, *, ours: bool) -> RuleLine:
    return RuleLine(
        rule=short_words(rule),
        ours=ours,
        per_creative=_formats.number(replay.used / replay.items, 2),
        saved=_formats.percent(replay.saved),
        differ=_formats.number(100 * (1 - replay.same_label), 1),
        reviewers=_formats.percent(replay.adjudicated / replay.items, 1),
        open=_formats.percent(replay.open / replay.items, 1),
        decided="" if isnan(replay.accuracy) else _formats.number(100 * replay.accuracy, 1),
    )


def short_words(rule: Rule) -> str:
    """Say a rule in a few words."""
    return _("%(least)s to %(most)s answers, %(posterior)s, lead %(lead)s") % {
        "least": rule.at_least,
        "most": rule.at_most,
        "posterior": share_words(rule.posterior),
        "lead": rule.lead,
    }


def _dot_words(rule: Rule, cost: float, same: float) -> str:
    return _("%(rule)s: %(cost)s answers a creative, %(same)s of 100 labels the same") % {
        "rule": short_words(rule),
        "cost": _formats.number(cost, 2),
        "same": _formats.number(same, 1),
    }


def _of(count: int, items: int) -> str:
    return _("%(count)s (%(share)s)") % {
        "count": _formats.number(count),
        "share": _formats.percent(count / items if items else 0, 1),
    }


def _at(value: float, among: Sequence[float], edge: float) -> float:
    low, high = min(among), max(among)
    share = (value - low) / (high - low) if high > low else 0.5
    return round(edge + share * (100 - 2 * edge), 2)


def _ticks(
    among: Sequence[float], edge: float, words: Callable[[float], str]
) -> tuple[tuple[float, str], ...]:
    low, high = min(among), max(among)
    values = [low, (low + high) / 2, high] if high > low else [low]
    return tuple((_at(value, [low, high], edge), words(value)) for value in values)
