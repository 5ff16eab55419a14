"""One ad to decide about, with what volunteers said: its answers' distribution, comments, earlier decisions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import Request

from common.i18n import N_, current_locale, ngettext
from common.i18n import gettext as _
from common.web.charts import Bars, bars
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for
from political_ads.core.spans import single_marks, spans_of
from political_ads.models import Adjudication, Contest
from political_ads.queries.questionnaires import Version
from political_ads.queries.review import Said
from political_ads.schemas import in_language
from political_ads.views.ad import AdView, ad_view, picture_path
from political_ads.views.campaign_words import title_of
from political_ads.views.classes import class_words, question_words
from political_ads.views.marked import MarkedView, Place, many_volunteers, marked_text, question_title, quoted
from political_ads.views.questions import QuestionView, answer_words, question_views
from political_ads.views.review_queue import flag_words

SETTLEMENTS = {
    "nothing": N_("It can stay as it is"),
    "warn": N_("Show it behind a content warning"),
    "unwarn": N_("Show it without a content warning"),
    "withdraw": N_("Take it out of this campaign"),
}
NEARLY = 0.999
_formats = Formats()


@dataclass(frozen=True)
class Distribution:
    """What volunteers said to one (sub-)question."""

    question: str
    chart: Bars
    note: str  # what the answers add up to
    marked: MarkedView | None = None  # where the question asked for words of the text


@dataclass(frozen=True)
class DecisionView:
    """An earlier decision."""

    words: str
    reason: str
    by: str


@dataclass(frozen=True)
class ContestView:
    """What a reader says against the label."""

    reason: str
    when: str
    state: str
    answer: str


@dataclass(frozen=True)
class ReviewPage:
    """One ad to decide about. `contest_id`: the contest that is answered with the decision; empty: none."""

    item_id: int
    queue: str
    title: str
    campaign: str
    creative_href: str
    ad: AdView
    intro: str
    answers: int
    main: Distribution | None
    further: tuple[Distribution, ...]
    comments: tuple[str, ...]
    flags: tuple[str, ...]
    settlements: tuple[tuple[str, str], ...]
    decisions: tuple[DecisionView, ...]
    contests: tuple[ContestView, ...]
    contest_id: str
    asks: tuple[QuestionView, ...]
    form: Form
    decided: bool
    settle_only: bool
    next_href: str
    queue_href: str


def review_page(
    request: Request, said: Said, queue: str, form: Form, *, contest: Contest | None, next_id: int | None
) -> ReviewPage:
    """Show one ad to decide about."""
    main = said.version.content.main.key
    return ReviewPage(
        item_id=said.item.id,
        queue=queue,
        title=said.creative.page_name or _("Page not named"),
        campaign=title_of(said.campaign),
        creative_href=path_for(request, "ads_creative", creative_id=said.creative.id),
        ad=ad_view(said.ad, said.creative, picture=picture_path(request, said.ad)),
        intro=_why_here(said, queue),
        answers=said.answers,
        main=distribution(said, main) if main in said.votes else None,
        further=tuple(distribution(said, name) for name in said.version.asked if name in said.votes and name != main),
        comments=said.comments,
        flags=tuple(flag_words(said.flags)),
        settlements=tuple((code, _(words)) for code, words in SETTLEMENTS.items() if code != ("warn" if said.creative.warning else "unwarn")),
        decisions=tuple(_decision(said.version, each) for each in said.adjudications),
        contests=tuple(_contest(each) for each in said.contests),
        contest_id=str(contest.id) if contest else "",
        asks=question_views(said.version.content),
        form=form,
        decided=said.item.state == "adjudicated",
        settle_only=queue == "flags",
        next_href=path_for(request, "ads_review_item", item_id=next_id, query={"queue": queue}) if next_id else "",
        queue_href=path_for(request, "ads_review_queue", query={"queue": queue}),
    )  # fmt: skip


def distribution(said: Said, name: str) -> Distribution:
    """Show what volunteers said to one (sub-)question, in the order of its answers."""
    asked, votes = said.version.asked[name], said.votes[name]
    words = class_words(said.version, asked)
    total = sum(votes.values())
    rows = [
        (word, float(votes.get(key, 0)), _formats.number(votes.get(key, 0)))
        for key, word in zip(asked.classes, words, strict=True)
        if votes.get(key) or not asked.option
    ]
    return Distribution(
        question_words(said.version, asked),
        bars(rows, top=float(total or 1)),
        _label_words(said, name, words),
        _marked(said, name),
    )


def _marked(said: Said, name: str) -> MarkedView | None:
    """Show what most marked, and each other place that anybody marked: reviewers weigh what a majority overlooked."""
    marks = said.marks.get(name, {})
    if not any(marks.values()):
        return None
    places = spans_of(said.marked.get(name, ()), said.creative.text)
    view = marked_text(question_title(said.version.content, name), places, said.creative)
    others = tuple(
        Place(quoted(said.creative.text[start:end]), many_volunteers(count))
        for (start, end), count in single_marks(marks, places)
    )
    return replace(view, others=others)


def _label_words(said: Said, name: str, words: Sequence[str]) -> str:
    label, asked = said.labels.get(name), said.version.asked[name]
    if label is None:
        return ""
    if asked.soft:
        return _("Published as a share, never as a verdict.")
    if not label.label:
        return _("The answers give no label.")
    shown = words[asked.classes.index(label.label)] if label.label in asked.classes else label.label
    if label.method == "adjudicated":
        return _("Decided by a reviewer: %(label)s.") % {"label": shown}
    return _("The answers, weighed: %(label)s with a probability of %(share)s.") % {
        "label": shown,
        "share": _probability(label.confidence),
    }


def _probability(share: float) -> str:
    """Write a probability; nothing is ever certain."""
    return (
        _("over %(share)s") % {"share": _formats.percent(NEARLY, 1)}
        if share > NEARLY
        else _formats.percent(share)
    )


def _why_here(said: Said, queue: str) -> str:
    if queue == "flags":
        return _("Volunteers flagged this ad. Look at it, and say what is to be done.")
    if said.item.state == "adjudicate":
        return ngettext(
            "%(count)s volunteer answered, and the answers do not add up to a sure label.",
            "%(count)s volunteers answered, and the answers do not add up to a sure label.",
            said.answers,
        ) % {"count": said.answers}
    if said.item.state == "adjudicated":
        return _(
            "A reviewer has decided on this ad. A new decision replaces it; the old one stays on record."
        )
    return _("Volunteers gave this ad a label. A decision replaces it.")


def _decision(version: Version, each: Adjudication) -> DecisionView:
    parts = []
    for question in version.content.questions:
        if question.key in each.decided:
            text = in_language(question.text, current_locale())
            parts.append(f"{text} {answer_words(question, each.decided[question.key])}")
    return DecisionView(
        _("It stays disputed.") if each.disputed else " · ".join(parts),
        each.reason,
        _("%(name)s, %(date)s") % {"name": each.by_name, "date": _formats.date(each.at)},
    )


def _contest(each: Contest) -> ContestView:
    states = {"open": _("waits for an answer"), "upheld": _("agreed with"), "declined": _("declined")}
    return ContestView(each.reason, _formats.date(each.at), states.get(each.state, each.state), each.answer)
