"""What volunteers marked in a text: the characters that most of them marked, for each (sub-)question that asks for a place.

Places are counted in Unicode code points of the creative's text as it is stored and shown, from 0, the end not included: what Python
counts, and what the labelling page counts (`frontend/modules/labelling/marking.js`). An emoji may be several code points, a combining
accent is one of its own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from political_ads.core.aggregation.multi import Span, agreed_spans, character_shares, highlighted
from political_ads.core.questionnaires.votes import classes_of, name_of
from political_ads.schemas import Highlight, QuestionKind, Questionnaire, Value

Marks = dict[int, dict[str, dict[int, list[Span]]]]  # item → question → contributor → what they marked
Marked = Mapping[
    int, Mapping[str, list[list[int]]]
]  # item → question → [start, end, marked, asked] of what most marked
HALF = 0.5  # of a place: who marked as much of it marked it


@dataclass(frozen=True)
class AgreedSpan:
    """A place that most marked: characters `start` to `end` (not included), how many marked it (at least half of it), how many were asked."""

    start: int
    end: int
    marked: int
    asked: int

    @property
    def share(self) -> float:
        """The share, 0 to 1, of those who were asked for a place and marked this one; each counts the same."""
        return self.marked / self.asked


def spans_of(stored: Iterable[Sequence[int]], text: str) -> tuple[AgreedSpan, ...]:
    """Return a label's stored places in a text, in their order; those that an older batch kept without counts are left out.

    So is what lies outside the text: nothing is shown that nobody can have marked.
    """
    found = (AgreedSpan(*place) for place in stored if len(place) == 4)
    return tuple(
        sorted((one for one in found if 0 <= one.start < one.end <= len(text)), key=lambda one: one.start)
    )


def places_asked(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the (sub-)questions that ask where in the text, in the questionnaire's order."""
    return tuple(
        asked.key
        for asked in classes_of(questionnaire).values()
        if (question := questionnaire.question(asked.question))
        and (
            question.kind is QuestionKind.SPAN
            or ((option := question.option(asked.option)) is not None and option.highlight)
        )
    )


def asks_for_places(questionnaire: Questionnaire) -> bool:
    """Say whether a questionnaire has questions or options that ask where in the text."""
    return bool(places_asked(questionnaire))


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

    Where nobody's answers to a question tell anything, all weigh the same. Weights say which places are agreed on; how many people
    marked each is counted without them. Whom the weights do not name weighs as the others do on average.
    """
    return {
        item_id: {
            question: _agreed(said, weights.get(question, {})) for question, said in by_question.items()
        }
        for item_id, by_question in marks.items()
    }


def _agreed(said: Mapping[int, Sequence[Span]], weights: Mapping[int, float]) -> list[list[int]]:
    length = max((end for spans in said.values() for _start, end in spans), default=0)
    known = [weights[contributor] for contributor in said if contributor in weights]
    usual = float(np.mean(known)) if known else 1.0
    weight = np.array([weights.get(contributor, usual) for contributor in said])
    if not weight.any():
        weight = np.ones(len(said))
    places = agreed_spans(character_shares(length, list(said.values()), weight))
    marks = [highlighted(length, spans) for spans in said.values()]
    return [
        [start, end, sum(bool(each[start:end].mean() >= HALF) for each in marks), len(said)]
        for start, end in places
    ]


def single_marks(said: Mapping[int, Sequence[Span]], places: Iterable[AgreedSpan]) -> list[tuple[Span, int]]:
    """Return what contributors marked one by one, with how many marked just that, but for the places that most agree on."""
    known = {(one.start, one.end) for one in places}
    counted = Counter(span for spans in said.values() for span in spans)
    return [(span, counted[span]) for span in sorted(counted) if span not in known]
