"""From answers to votes: what each volunteer's answer says to each question that is aggregated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from political_ads.core.questionnaires.answering import applicable
from political_ads.schemas import CANNOT_TELL, Highlight, Question, QuestionKind, Questionnaire, Value

NO, YES = "no", "yes"


@dataclass(frozen=True)
class Asked:
    """A question as it is aggregated: a question of the questionnaire, or one option of it as a yes-or-no question.

    `key` is `question` or `question.option`. `classes` are the keys of what can be voted, in the order of the votes'
    indices. `ordered`: the classes are steps, and a median or an interval means something. `soft`: published as a share with
    an interval, never as a verdict.
    """

    key: str
    question: str
    option: str
    classes: tuple[str, ...]
    ordered: bool = False
    soft: bool = False


def name_of(question: str, option: str = "") -> str:
    """Return the name under which votes on a question, or on one option of it, are counted."""
    return f"{question}.{option}" if option else question


def classes_of(questionnaire: Questionnaire) -> dict[str, Asked]:
    """Return every question that is aggregated, by its name, in the questionnaire's order.

    - single: its options and, last, `cannot_tell`: many volunteers who cannot tell are an answer, and it can win.
      Soft if all of its options are.
    - multiple: one `question.option` per option with the classes no, yes.
    - scale: its steps "1" to `steps`, ordered.
    - span: whether something was marked, no or yes (per option, where it has options); where it was marked is in the
      highlights themselves.
    - text: not aggregated.
    """
    return {asked.key: asked for question in questionnaire.questions for asked in _asked(question)}


def votes_of(questionnaire: Questionnaire, answers: Mapping[str, Value]) -> dict[str, int]:
    """Return one volunteer's votes: name of the (sub-)question → index into its `classes`.

    What was not asked or not answered has no vote. "Cannot tell" is a class of a single question; everywhere else it is a
    missing vote (who cannot tell whether an option applies says neither yes nor no). An option that was not chosen is a "no"
    only where its question was answered. Answers must have gone through `validate_answer` (and `from_stored`).
    """
    votes: dict[str, int] = {}
    for question in applicable(questionnaire, answers):
        value = answers.get(question.key)
        if value is not None:
            votes.update(_votes(question, value))
    return votes


def _asked(question: Question) -> Iterator[Asked]:
    options = question.options
    match question.kind:
        case QuestionKind.SINGLE:
            classes = (*(option.key for option in options), CANNOT_TELL)
            soft = all(option.soft for option in options)
            yield Asked(question.key, question.key, "", classes, soft=soft)
        case QuestionKind.SCALE:
            steps = tuple(str(step) for step in range(1, (question.steps or 0) + 1))
            yield Asked(question.key, question.key, "", steps, ordered=True)
        case QuestionKind.MULTIPLE | QuestionKind.SPAN:
            for option in options:
                key = name_of(question.key, option.key)
                yield Asked(key, question.key, option.key, (NO, YES), soft=option.soft)
            if not options:
                yield Asked(question.key, question.key, "", (NO, YES))
        case QuestionKind.TEXT:
            return


def _votes(question: Question, value: Value) -> dict[str, int]:
    if question.kind is QuestionKind.SINGLE:
        keys = [*(option.key for option in question.options), CANNOT_TELL]
        return {question.key: keys.index(str(value))}
    if question.kind is QuestionKind.SCALE and isinstance(value, int):
        return {question.key: value - 1}
    if not isinstance(value, tuple):  # a text, or "cannot tell"
        return {}
    if question.kind is QuestionKind.SPAN and not question.options:
        return {question.key: int(bool(value))}
    named = {part.option if isinstance(part, Highlight) else part for part in value}
    return {name_of(question.key, option.key): int(option.key in named) for option in question.options}
