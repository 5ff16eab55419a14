"""A questionnaire as its form shows it, in the reader's language, with a key for every answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from common.i18n import current_locale
from common.i18n import gettext as _
from political_ads.core.questionnaires import keys_for
from political_ads.schemas import CANNOT_TELL, Option, Question, QuestionKind, Questionnaire, in_language

NONE_KEY = "-"  # beside 0, "cannot tell"; only for questions with several answers


@dataclass(frozen=True)
class ExampleView:
    """An example of an ad for which an answer is right, or (`fits` false) a near miss."""

    text: str
    why: str
    fits: bool


@dataclass(frozen=True)
class AnswerView:
    """One answer, as a large button with its key. `alone`: it is "cannot tell", which no other stands beside."""

    value: str
    label: str
    help: str
    key: str
    alone: bool = False
    marks: bool = False  # whoever chooses it is asked to mark words
    examples: tuple[ExampleView, ...] = ()


@dataclass(frozen=True)
class QuestionView:
    """One question. `when` and `any_of`: shown only if that earlier question has one of these answers."""

    key: str
    kind: str
    text: str
    help: str
    answers: tuple[AnswerView, ...]
    low: str
    high: str
    required: bool
    fold: bool
    when: str
    any_of: str  # separated by blanks
    spans: tuple[tuple[str, str], ...]  # of a span question: what words can be marked as (value, label)

    @property
    def several(self) -> bool:
        """Whether more than one answer may be chosen."""
        return self.kind == QuestionKind.MULTIPLE


def question_views(questionnaire: Questionnaire) -> tuple[QuestionView, ...]:
    """Return the questions in order, in the reader's language."""
    return tuple(_question(question) for question in questionnaire.questions)


def answer_words(question: Question, values: object) -> str:
    """Return what was answered, in words, options joined by commas; empty where it was not answered."""
    if values is None:
        return ""
    listed = list(values) if isinstance(values, list | tuple) else [values]
    words = [_word(question, value) for value in listed]
    if question.kind is QuestionKind.MULTIPLE and not listed:
        return _("none of these")
    return ", ".join(word for word in words if word)


def _word(question: Question, value: object) -> str:
    if value == CANNOT_TELL:
        return _("Cannot tell")
    if isinstance(value, dict):  # a highlight
        return _("words marked")
    option = question.option(str(value))
    return in_language(option.label, current_locale()) if option else str(value)


def _question(question: Question) -> QuestionView:
    language = current_locale()
    return QuestionView(
        key=question.key,
        kind=question.kind.value,
        text=in_language(question.text, language),
        help=in_language(question.help, language),
        answers=tuple(_answers(question, language)),
        low=in_language(question.low_label, language),
        high=in_language(question.high_label, language),
        required=question.required,
        fold=question.fold,
        when=question.when.question if question.when else "",
        any_of=" ".join(question.when.any_of) if question.when else "",
        spans=_spans(question, language),
    )


def _spans(question: Question, language: str) -> tuple[tuple[str, str], ...]:
    if question.kind is not QuestionKind.SPAN:
        return ()
    named = tuple((option.key, in_language(option.label, language)) for option in question.options)
    return named or (("", _("Mark the words")),)


def _answers(question: Question, language: str) -> Iterator[AnswerView]:
    for value, key in keys_for(question).items():
        option = question.option(value)
        if value == CANNOT_TELL and question.kind is QuestionKind.MULTIPLE:
            # without it, nobody could say that they looked and nothing applies
            yield AnswerView("", _("None of these"), "", NONE_KEY, alone=True)
        if value == CANNOT_TELL:
            yield AnswerView(value, _("Cannot tell"), _("The ad does not say enough."), key, alone=True)
        elif option:
            yield AnswerView(
                value,
                in_language(option.label, language),
                in_language(option.help, language),
                key,
                marks=option.highlight,
                examples=tuple(_examples(option, language)),
            )
        else:
            yield AnswerView(value, value, "", key)


def _examples(option: Option, language: str) -> Iterator[ExampleView]:
    for example in option.examples:
        text, why = in_language(example.text, language), in_language(example.why, language)
        yield ExampleView(text, why, example.fits)
