"""What campaigns found out about a group of ads, in words: distributions, labels, how sure, how made, and what is not agreed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi import Request

from common.i18n import N_, current_locale, ngettext
from common.i18n import gettext as _
from common.web.charts import Bars, bars
from common.web.formats import Formats
from common.web.templating import path_for
from political_ads.core.questionnaires import classes_of
from political_ads.core.questionnaires.votes import NO, YES, Asked
from political_ads.models import Label
from political_ads.queries.creative_labels import CreativeLabel
from political_ads.schemas import CANNOT_TELL, Question, in_language
from political_ads.views.marked import MarkedView, marked_views

METHODS = {
    "ensemble": N_("all answers together, each volunteer weighed"),
    "online": N_("answers as they came, each volunteer weighed; not reconciled with all others yet"),
    "adjudicated": N_("decided by a reviewer"),
}
STATES = {
    "retired": N_("Labelled"),
    "adjudicated": N_("Decided by a reviewer"),
    "adjudicate": N_("Volunteers do not agree; a reviewer will decide"),
    "blank": N_("Could not be read"),
}
ASKED = N_("Volunteers are being asked")
TONES = {"retired": "ok", "adjudicated": "ok", "adjudicate": "warn"}
_formats = Formats()


@dataclass(frozen=True)
class FurtherLabel:
    """One further question's label in a line."""

    question: str
    words: str
    note: str  # how sure, from how many answers


@dataclass(frozen=True)
class LabelView:
    """What one campaign says."""

    item_id: int
    campaign: str
    href: str
    question: str
    words: str  # the label, or where it stands
    sure: str  # a sentence; empty where there is no label
    state: str
    tone: str
    disputed: bool
    method: str
    answers: str
    chart: Bars | None
    chart_title: str
    rows: tuple[tuple[str, str, str], ...]  # answer, volunteers, probability
    further: tuple[FurtherLabel, ...]
    marked: tuple[MarkedView, ...]  # words of the text that most of those marked who were asked to
    contested: str  # a sentence; empty where nobody objects
    may_contest: bool
    why: str  # a reviewer's reason, where one decided


def label_view(request: Request, found: CreativeLabel, *, may_contest: bool) -> LabelView:
    """Return what a campaign says of a creative; while volunteers are asked, nothing but that."""
    language = current_locale()
    main = found.questionnaire.main
    label = found.labels.get(main.key)
    rows = list(_rows(main, label)) if label else []
    return LabelView(
        item_id=found.item.id,
        campaign=in_language(found.campaign.title, language) or found.campaign.slug,
        href=path_for(request, "ads_results", slug=found.campaign.slug),
        question=in_language(main.text, language),
        words=_words(found, main, label),
        sure=_sure(label) if label and label.label and not found.item.disputed else "",
        state=_(STATES.get(found.item.state, ASKED) if found.finished else ASKED),
        tone=TONES.get(found.item.state, "quiet") if found.finished else "quiet",
        disputed=found.finished and found.item.disputed,
        method=_method(label) if label else "",
        answers=_answers(found.item.answers) if found.finished else "",
        chart=_chart(main, label) if label else None,
        chart_title=_("What volunteers answered"),
        rows=tuple(rows),
        further=tuple(_further(found)),
        marked=tuple(marked_views(found.questionnaire, found.labels, found.creative)),
        contested=_contested(found.open_contests),
        may_contest=may_contest and found.finished,
        why=found.adjudication.reason if found.adjudication else "",
    )


def _words(found: CreativeLabel, main: Question, label: Label | None) -> str:
    if not found.finished:
        return _("No label yet: volunteers are being asked.")
    if found.item.state == "blank":
        return _("Volunteers could not read this ad.")
    if found.item.disputed:
        return _("Disputed: volunteers did not agree, and neither is put above the other.")
    if found.item.state == "adjudicate":
        return _("Not agreed yet.")
    return _option(main, label.label) if label and label.label else _("No answer leads.")


def _sure(label: Label) -> str:
    return _("probability %(share)s, as the answers and the volunteers’ reliability give it") % {
        "share": _probability(label.confidence)
    }


def _probability(share: float) -> str:
    """Write a probability without ever claiming certainty."""
    if share > 0.995:
        return _("above %(share)s") % {"share": _formats.percent(0.99)}
    return _formats.percent(share)


def _method(label: Label) -> str:
    return _("%(method)s, on %(date)s") % {
        "method": _(METHODS.get(label.method, label.method)),
        "date": _formats.date(label.updated_at),
    }


def _answers(count: int) -> str:
    return ngettext("%(count)s answer", "%(count)s answers", count) % {"count": _formats.number(count)}


def _contested(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "A reader says that this is wrong; a reviewer will answer.",
        "%(count)s readers say that this is wrong; a reviewer will answer.",
        count,
    ) % {"count": _formats.number(count)}


def _chart(main: Question, label: Label) -> Bars | None:
    if not sum(label.votes.values()):
        return None
    rows = [
        (_option(main, name), float(count), _formats.number(count))
        for name, count in _in_order(main, label.votes)
    ]
    return bars(rows, strong=frozenset({_option(main, label.label)} if label.label else ()))


def _rows(main: Question, label: Label) -> Iterator[tuple[str, str, str]]:
    for name, count in _in_order(main, label.votes):
        yield _option(main, name), _formats.number(count), _probability(label.posterior.get(name, 0.0))


def _in_order(main: Question, votes: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return votes in the questionnaire's order, those that nobody gave too: the order says nothing about the result."""
    names = [option.key for option in main.options] + [CANNOT_TELL]
    return [(name, votes.get(name, 0)) for name in names]


def _option(question: Question, key: str) -> str:
    if key == CANNOT_TELL:
        return _("Cannot tell")
    option = question.option(key)
    return in_language(option.label, current_locale()) if option else key


def _further(found: CreativeLabel) -> Iterator[FurtherLabel]:
    """Yield the labels of further questions: of several options those that hold, soft ones as a share."""
    questionnaire = found.questionnaire
    for asked in classes_of(questionnaire).values():
        label = found.labels.get(asked.key)
        question = questionnaire.question(asked.question)
        if label is None or question is None or asked.question == questionnaire.main.key:
            continue
        if words := _further_words(asked, question, label):
            note = f"{_probability(label.confidence)} · {_answers(sum(label.votes.values()))}"
            if asked.soft:
                note = _answers(sum(label.votes.values()))
            yield FurtherLabel(in_language(question.text, current_locale()), words, note)


def _further_words(asked: Asked, question: Question, label: Label) -> str:
    if asked.soft:
        total = sum(label.votes.values())
        if not asked.option or not label.votes.get(YES):
            return ""
        return _("%(share)s of volunteers said “%(option)s”") % {
            "share": _formats.percent(label.votes[YES] / total),
            "option": _option(question, asked.option),
        }
    if asked.option:
        return _option(question, asked.option) if label.label == YES else ""
    return _option(question, label.label) if label.label not in ("", NO) else ""
