"""What volunteers marked in a text: the characters that most of them marked, for each (sub-)question that asks for a place."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from political_ads.core.aggregation.multi import Span, agreed_spans, character_shares
from political_ads.core.questionnaires.votes import name_of
from political_ads.schemas import Highlight, QuestionKind, Questionnaire, Value

Marks = dict[int, dict[str, dict[int, list[Span]]]]  # item → question → contributor → what they marked
Marked = Mapping[int, Mapping[str, list[list[int]]]]  # item → question → [start, end) of what most marked


def asks_for_places(questionnaire: Questionnaire) -> bool:
    """Say whether a questionnaire has questions or options that ask where in the text."""
    return any(
        question.kind is QuestionKind.SPAN or any(option.highlight for option in question.options)
        for question in questionnaire.questions
    )


def marks_in(
    questionnaire: Questionnaire, answers: Mapping[str, Value], highlights: Sequence[Highlight]
) -> Iterator[tuple[str, list[Span]]]:
    """Yield the (sub-)questions that asked one volunteer for a place, with what they marked.

    Of an option with `highlight`, whoever chose it was asked; of a span question whoever answered it. Who was asked and marked nothing
    is there with nothing: they weigh against every place.
    """
    for question in questionnaire.questions:
        value = answers.get(question.key)
        if not isinstance(value, tuple):
            if isinstance(value, str):  # the one option that was chosen
                value = (value,)
            else:
                continue
        if question.kind is QuestionKind.SPAN:
            marks = [part for part in value if isinstance(part, Highlight)]
            if len(marks) == len(value):  # not "cannot tell"
                for key in [option.key for option in question.options] or [""]:
                    yield (
                        name_of(question.key, key),
                        [(one.start, one.end) for one in marks if one.option == key],
                    )
            continue
        for option in question.options:
            if option.highlight and option.key in value:
                name = name_of(question.key, option.key)
                yield name, [(one.start, one.end) for one in highlights if one.option == option.key]


def agreed(marks: Marks, weights: Mapping[str, Mapping[int, float]]) -> Marked:
    """Return what more than half of those who were asked marked. `weights`: question → contributor → weight, 0 to 1 (spammer score).

    Where nobody's answers to a question tell anything, all weigh the same.
    """
    return {
        item_id: {
            question: _agreed(said, weights.get(question, {})) for question, said in by_question.items()
        }
        for item_id, by_question in marks.items()
    }


def _agreed(said: Mapping[int, Sequence[Span]], weights: Mapping[int, float]) -> list[list[int]]:
    length = max((end for spans in said.values() for _start, end in spans), default=0)
    weight = np.array([weights.get(contributor, 0.0) for contributor in said])
    if not weight.any():
        weight = np.ones(len(said))
    return [list(span) for span in agreed_spans(character_shares(length, list(said.values()), weight))]
