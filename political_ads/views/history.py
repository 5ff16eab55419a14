"""A volunteer's own answers, and what others said once a creative needs no further answer."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import current_locale, ngettext
from common.i18n import gettext as _
from common.web.charts import Bars, bars
from common.web.formats import Formats
from common.web.templating import path_for
from political_ads.models import Answer, Campaign, Creative, Gold, Item, Label
from political_ads.schemas import CANNOT_TELL, Flag, QuestionKind, Questionnaire, in_language
from political_ads.views.label import FLAGS, right_words
from political_ads.views.marked import MarkedView, marked_views, quoted
from political_ads.views.questions import answer_words

EXCERPT = 220  # characters of an ad's text
_formats = Formats()


@dataclass(frozen=True)
class AnswerLine:
    """One of the volunteer's answers. `others`: what all said, once nothing more is needed."""

    id: int
    page: str
    href: str
    text: str
    language: str
    when: str
    answers: tuple[tuple[str, str], ...]
    flag: str
    comment: str
    note: str
    others: Bars | None
    others_note: str
    marked: tuple[MarkedView, ...]  # what most of those marked who were asked to
    undo: bool


@dataclass(frozen=True)
class HistoryPage:
    """The page; `older` leads to the answers before these."""

    slug: str
    title: str
    summary: str
    lines: tuple[AnswerLine, ...]
    older: str


@dataclass(frozen=True)
class Told:
    """What is known of the creatives that were answered: gold, all answers to the main question, labels about marked words."""

    golds: Mapping[int, Gold]
    others: Mapping[int, Counter[str]]
    marked: Mapping[int, Sequence[Label]]


def history_page(  # noqa: PLR0913 - what the page shows
    request: Request,
    campaign: Campaign,
    questionnaire: Questionnaire,
    listed: Sequence[tuple[Answer, Item, Creative]],
    told: Told,
    *,
    given: int,
    running: bool,
    older: str,
) -> HistoryPage:
    """Show a volunteer what they answered."""
    lines = (
        _line(request, questionnaire, answer, item, creative, told, running=running)
        for answer, item, creative in listed
    )
    summary = ngettext(
        "You answered %(count)s ad. Only you see this page.",
        "You answered %(count)s ads. Only you see this page.",
        given,
    )
    title = in_language(campaign.title, current_locale())
    return HistoryPage(campaign.slug, title, summary % {"count": _formats.number(given)}, tuple(lines), older)


def _line(
    request: Request,
    questionnaire: Questionnaire,
    answer: Answer,
    item: Item,
    creative: Creative,
    told: Told,
    *,
    running: bool,
) -> AnswerLine:
    others = told.others.get(item.id)
    text = creative.text or creative.title
    return AnswerLine(
        id=answer.id,
        page=creative.page_name or _("Page not named"),
        href=path_for(request, "ads_creative", creative_id=creative.id),
        text=text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0] + "…",
        language=creative.language,
        when=_formats.datetime(answer.at),
        answers=(*_answers(questionnaire, answer), *_own_marks(questionnaire, answer, creative)),
        flag=_(FLAGS[Flag(answer.flag)]) if answer.flag else "",
        comment=answer.comment,
        note=_note(questionnaire, answer, item, told.golds.get(item.id)),
        others=_bars(questionnaire, answer, others) if others else None,
        others_note=_others_note(item, others) if others else "",
        marked=tuple(
            marked_views(questionnaire, {one.question: one for one in told.marked.get(item.id, ())}, creative)
        ),
        undo=running and answer.withdrawn_at is None,
    )


def _answers(questionnaire: Questionnaire, answer: Answer) -> Iterator[tuple[str, str]]:
    for question in questionnaire.questions:
        if words := answer_words(question, answer.answers.get(question.key)):
            yield in_language(question.text, current_locale()), words


def _own_marks(questionnaire: Questionnaire, answer: Answer, creative: Creative) -> Iterator[tuple[str, str]]:
    """Yield the words that the volunteer marked, for each answer that asked for them."""
    for question in questionnaire.questions:
        for option in question.options if question.kind is not QuestionKind.SPAN else ():
            marks = [mark for mark in answer.highlights if mark["option"] == option.key and option.highlight]
            if marks:
                title = in_language(option.label, current_locale())
                words = " · ".join(quoted(creative.text[mark["start"] : mark["end"]]) for mark in marks)
                yield _("Words that you marked for “%(answer)s”") % {"answer": title}, words


def _note(questionnaire: Questionnaire, answer: Answer, item: Item, gold: Gold | None) -> str:
    if gold:
        known = _("An ad to learn by. Most see it so: %(answers)s")
        why = in_language(gold.why, current_locale())
        return f"{known % {'answers': right_words(questionnaire, gold.right)}} {why}".strip()
    if answer.withdrawn_at is not None:
        return _("This answer was withdrawn and does not count.")
    if item.state == "open":
        return _("More people are still reading this ad.")
    return ""


def _bars(questionnaire: Questionnaire, answer: Answer, others: Counter[str]) -> Bars:
    main = questionnaire.main
    total = sum(others.values())
    rows = [
        (
            _named(answer_words(main, value), mine=answer.answers.get(main.key) == value),
            float(count),
            _of(count, total),
        )
        for value in [*(option.key for option in main.options), CANNOT_TELL]
        if (count := others.get(value, 0)) or answer.answers.get(main.key) == value
    ]
    return bars(rows, top=float(total))


def _named(words: str, *, mine: bool) -> str:
    return _("%(answer)s (yours)") % {"answer": words} if mine else words


def _of(count: int, total: int) -> str:
    return _("%(count)s of %(total)s") % {"count": count, "total": total}


def _others_note(item: Item, others: Counter[str]) -> str:
    if item.disputed or item.state == "adjudicate":
        return _("Careful readers differ on this one, and that is published as it is.")
    top = others.most_common(2)
    if len(top) > 1 and top[0][1] == top[1][1]:
        return _("The answers are evenly divided.")
    return _("Your answer counts the same, whether others agree or not.")
