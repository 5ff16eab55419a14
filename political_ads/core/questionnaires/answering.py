"""Which questions are asked, and whether an answer is one."""

from collections.abc import Mapping, Sequence

from common.errors import Invalid
from common.i18n import gettext as _
from political_ads.schemas import CANNOT_TELL, Highlight, Question, QuestionKind, Questionnaire, Value

LONGEST_WORDS = 2_000  # characters of a free text
MOST_HIGHLIGHTS = 50


def applicable(questionnaire: Questionnaire, answers: Mapping[str, Value]) -> tuple[Question, ...]:
    """Return the questions that are asked, given the answers so far, in order.

    An answer to a question that is itself not asked does not open another one.
    """
    asked: dict[str, Question] = {}
    for question in questionnaire.questions:
        when = question.when
        if when is None or (when.question in asked and _chosen(answers.get(when.question)) & {*when.any_of}):
            asked[question.key] = question
    return tuple(asked.values())


def validate_answer(
    questionnaire: Questionnaire,
    answers: Mapping[str, Value],
    highlights: Sequence[Highlight] = (),
    *,
    text_length: int,
) -> dict[str, Value]:
    """Return the answers as they are kept, by question, in the questionnaire's order.

    Options stand in the questionnaire's order, once each. An answer to a question that is not asked (any more: the volunteer
    went back and changed an earlier one) is dropped, never refused: it is not an error that anybody could see. An empty text
    is no answer; no option of a multiple question is the answer "none applies". `text_length` is that of the creative's text
    in characters, that is, Unicode code points: browsers count UTF-16 units, and their pages convert. Raises `Invalid` with a sentence for each question (or `highlights`) in `fields`.
    """
    errors = {
        key: _("This questionnaire does not have that question.")
        for key in answers
        if questionnaire.question(key) is None
    }
    kept: dict[str, Value] = {}
    for question in applicable(questionnaire, answers):
        try:
            value = _validated(question, answers.get(question.key), text_length)
        except Invalid as error:
            errors[question.key] = error.message
            continue
        if value is not None:
            kept[question.key] = value
        elif question.required:
            errors[question.key] = _("Please answer this question, or say that you cannot tell.")
    if problem := _highlight_problem(questionnaire, highlights, text_length):
        errors["highlights"] = problem
    if errors:
        raise Invalid(_("This answer cannot be kept as it is."), fields=errors)
    return kept


def kept_highlights(
    questionnaire: Questionnaire, answers: Mapping[str, Value], highlights: Sequence[Highlight]
) -> tuple[Highlight, ...]:
    """Return the highlights of options that were chosen, in the order of the text, overlapping ones of an option as one.

    `Highlight.option` is the key of an option with `highlight: true`; `check` makes sure that only one has it.
    """
    chosen = {
        option.key
        for question in applicable(questionnaire, answers)
        for option in question.options
        if option.highlight and option.key in _chosen(answers.get(question.key))
    }
    return _merged([highlight for highlight in highlights if highlight.option in chosen])


def _chosen(value: Value | None) -> set[str]:
    if isinstance(value, str):
        return {value}
    return {part for part in value if isinstance(part, str)} if isinstance(value, tuple) else set()


def _validated(question: Question, value: Value | None, text_length: int) -> Value | None:
    """Return one answer as it is kept; None: not answered. Raises `Invalid`."""
    if value is None or value in (CANNOT_TELL, (CANNOT_TELL,)):
        return CANNOT_TELL if value else None
    match question.kind:
        case QuestionKind.SINGLE:
            return _single(question, value)
        case QuestionKind.MULTIPLE:
            return _multiple(question, value)
        case QuestionKind.SCALE:
            return _step(question, value)
        case QuestionKind.SPAN:
            return _spans(question, value, text_length)
        case QuestionKind.TEXT:
            return _words(value)


def _single(question: Question, value: Value) -> str | None:
    if value == "":
        return None
    if isinstance(value, str) and question.option(value):
        return value
    raise Invalid(_("“%(answer)s” is not an answer to this question.") % {"answer": _shown(value)})


def _multiple(question: Question, value: Value) -> tuple[str, ...]:
    if not isinstance(value, tuple):
        raise Invalid(_("“%(answer)s” is not an answer to this question.") % {"answer": _shown(value)})
    for part in value:
        if part == CANNOT_TELL:
            raise Invalid(_("“Cannot tell” stands alone: choose it, or the options that apply."))
        if not isinstance(part, str) or not question.option(part):
            raise Invalid(_("“%(answer)s” is not an answer to this question.") % {"answer": _shown(part)})
    return tuple(option.key for option in question.options if option.key in value)


def _step(question: Question, value: Value) -> int | None:
    if value == "":
        return None
    steps = question.steps or 0
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 1:
        value = int(value)  # as a form sends it
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= steps:
        return value
    raise Invalid(_("Choose a step from 1 to %(steps)s.") % {"steps": steps})


def _spans(question: Question, value: Value, text_length: int) -> tuple[Highlight, ...]:
    spans = [part for part in value if isinstance(part, Highlight)] if isinstance(value, tuple) else []
    if not isinstance(value, tuple) or len(spans) != len(value):
        raise Invalid(_("Mark the words in the text."))
    options = {option.key for option in question.options} or {""}
    if problem := _range_problem(spans, text_length):
        raise Invalid(problem)
    if any(span.option not in options for span in spans):
        raise Invalid(_("Some marked words are not given one of the answers."))
    return _merged(spans)


def _words(value: Value) -> str | None:
    if not isinstance(value, str):
        raise Invalid(_("Answer in words."))
    if len(value.strip()) > LONGEST_WORDS:
        raise Invalid(_("Please keep to %(most)s characters.") % {"most": LONGEST_WORDS})
    return value.strip() or None


def _highlight_problem(
    questionnaire: Questionnaire, highlights: Sequence[Highlight], text_length: int
) -> str | None:
    known = {
        option.key for question in questionnaire.questions for option in question.options if option.highlight
    }
    if any(highlight.option not in known for highlight in highlights):
        return _("Some marked words belong to an answer that does not ask for them.")
    return _range_problem(highlights, text_length)


def _range_problem(highlights: Sequence[Highlight], text_length: int) -> str | None:
    if len(highlights) > MOST_HIGHLIGHTS:
        return _("Please mark at most %(most)s places.") % {"most": MOST_HIGHLIGHTS}
    if any(highlight.end > text_length or highlight.start >= highlight.end for highlight in highlights):
        return _("Some marked words lie outside the text; please mark them again.")
    return None


def _merged(highlights: Sequence[Highlight]) -> tuple[Highlight, ...]:
    """Join overlapping and touching highlights of one option, so that a place counts once."""
    merged: list[Highlight] = []
    for highlight in sorted(highlights, key=lambda one: (one.option, one.start, one.end)):
        last = merged[-1] if merged else None
        if last and last.option == highlight.option and highlight.start <= last.end:
            merged[-1] = Highlight(start=last.start, end=max(last.end, highlight.end), option=last.option)
        else:
            merged.append(highlight)
    return tuple(sorted(merged, key=lambda one: (one.start, one.end, one.option)))


def _shown(value: object) -> str:
    return str(value)[:60]
