"""Tasks for Label Studio: each creative with volunteers' answers as annotations and its labels as predictions.

Label Studio's task format: labelstud.io/guide/tasks ("Basic Label Studio JSON format"). A labelling interface that fits is made from
the same questionnaire, so that the file can be imported as it is. Annotators have no account there, so pseudonyms stand in `data`.
Marked words are regions of type "labels"; their places are counted in code points. (Old versions of Label Studio counted UTF-16 units,
which differ after an emoji: github.com/HumanSignal/label-studio/pull/1559.)
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from political_ads.core.questionnaires import name_of
from political_ads.core.spans import AgreedSpan
from political_ads.schemas import CANNOT_TELL, Question, QuestionKind, Questionnaire, in_language

AD = "text"  # the name of the shown text in the interface
YES = "yes"
MODEL = "volunteers"  # what the labels are called among predictions


def interface(questionnaire: Questionnaire, language: str = "en") -> str:
    """Return the labelling interface (XML) for a questionnaire."""
    parts = "".join(_control(question, language) for question in questionnaire.questions)
    return f'<View><Header value="$page"/><Text name="{AD}" value="${AD}"/>{parts}</View>\n'


def annotation(
    questionnaire: Questionnaire,
    answers: Mapping[str, Any],
    text: str,
    highlights: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return one volunteer's stored answers (question → value) as an annotation, with the words that they marked for options."""
    results = [
        result
        for question in questionnaire.questions
        if question.key in answers
        for result in _results(question, answers[question.key], text)
    ]
    results += [
        _region(control, mark["start"], mark["end"], mark["option"], text)
        for mark in highlights
        for control in _controls_of(questionnaire, answers, mark["option"])
    ]
    return {"result": results, "was_cancelled": False}


def prediction(
    questionnaire: Questionnaire,
    labels: Mapping[str, str],
    score: float,
    marked: Mapping[str, Sequence[AgreedSpan]] | None = None,
    text: str = "",
    version: str = MODEL,
) -> dict[str, Any]:
    """Return a creative's labels ((sub-)question → class) as a prediction; `score` is the main question's confidence.

    `marked`: (sub-)question → places of the text that most marked; each is a region, its score the share of volunteers who marked it.
    """
    results: list[dict[str, Any]] = []
    for question in questionnaire.questions:
        if question.kind is QuestionKind.MULTIPLE:
            chosen = [
                option.key
                for option in question.options
                if labels.get(name_of(question.key, option.key)) == YES
            ]
            results += _results(question, chosen, "") if chosen else []
        elif labels.get(question.key) and question.kind in {QuestionKind.SINGLE, QuestionKind.SCALE}:
            results += _results(question, labels[question.key], "")
        results += _agreed(question, marked or {}, text)
    return {"model_version": version, "score": round(score, 6), "result": results}


def task(
    creative_id: int,
    data: Mapping[str, Any],
    annotations: Sequence[dict[str, Any]],
    predictions: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """Return one task."""
    return {
        "id": creative_id,
        "data": dict(data),
        "annotations": list(annotations),
        "predictions": list(predictions),
    }


def _results(question: Question, value: Any, text: str) -> Iterator[dict[str, Any]]:
    """Yield a question's answer as regions; "cannot tell" is a choice like others, where the interface has choices."""
    base = {"from_name": question.key, "to_name": AD}
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
            chosen = [str(part) for part in value] if isinstance(value, list | tuple) else [str(value)]
            if chosen:
                yield {**base, "type": "choices", "value": {"choices": chosen}}
        case QuestionKind.SCALE if str(value).isdigit():
            yield {**base, "type": "rating", "value": {"rating": int(value)}}
        case QuestionKind.SPAN if isinstance(value, list | tuple):
            for part in value:
                option = part.get("option") or question.key
                yield _region(question.key, int(part["start"]), int(part["end"]), option, text)
        case QuestionKind.TEXT if value != CANNOT_TELL:
            yield {**base, "type": "textarea", "value": {"text": [str(value)]}}
        case _:
            return


def _agreed(
    question: Question, marked: Mapping[str, Sequence[AgreedSpan]], text: str
) -> Iterator[dict[str, Any]]:
    span = question.kind is QuestionKind.SPAN
    control = question.key if span else marks_of(question)
    keys = [option.key for option in question.options if span or option.highlight]
    for key in keys or ([""] if span else []):
        for one in marked.get(name_of(question.key, key), ()):
            region = _region(control, one.start, one.end, key or question.key, text)
            yield {**region, "score": round(one.share, 6)}


def _region(control: str, start: int, end: int, label: str, text: str) -> dict[str, Any]:
    value = {"start": start, "end": end, "text": text[start:end], "labels": [label]}
    return {"from_name": control, "to_name": AD, "type": "labels", "value": value}


def marks_of(question: Question) -> str:
    """Return the name of the control with which words are marked for a question's options; no question has a key like it."""
    return f"{question.key}-words"


def _controls_of(questionnaire: Questionnaire, answers: Mapping[str, Any], option: str) -> Iterator[str]:
    """Yield the controls to which a mark for an option belongs: of the questions in which that option was chosen."""
    for question in questionnaire.questions:
        found = question.option(option)
        value = answers.get(question.key)
        chosen = value if isinstance(value, list | tuple) else [value]
        if found and found.highlight and question.kind is not QuestionKind.SPAN and option in chosen:
            yield marks_of(question)


def _marking(question: Question, language: str) -> str:
    """Return the control with which words are marked for options that ask for it; nothing where none does."""
    asking = [option for option in question.options if option.highlight]
    inside = "".join(
        f"<Label value={quoteattr(in_language(option.label, language))} alias={quoteattr(option.key)}/>"
        for option in asking
    )
    return f'<Labels name="{marks_of(question)}" toName="{AD}">{inside}</Labels>' if asking else ""


def _control(question: Question, language: str) -> str:
    head = f'<Header size="4" value={quoteattr(in_language(question.text, language))}/>'
    name = f'name="{question.key}" toName="{AD}"'
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
            choice = "single" if question.kind is QuestionKind.SINGLE else "multiple"
            options = [(option.key, in_language(option.label, language)) for option in question.options]
            inside = "".join(
                f"<Choice value={quoteattr(words)} alias={quoteattr(key)}/>"
                for key, words in [*options, (CANNOT_TELL, CANNOT_TELL)]
            )
            return f'{head}<Choices {name} choice="{choice}">{inside}</Choices>{_marking(question, language)}'
        case QuestionKind.SCALE:
            return f'{head}<Rating {name} maxRating="{question.steps}"/>'
        case QuestionKind.SPAN:
            keys = [option.key for option in question.options] or [question.key]
            inside = "".join(f"<Label value={quoteattr(key)}/>" for key in keys)
            return f"{head}<Labels {name}>{inside}</Labels>"
        case QuestionKind.TEXT:
            return f"{head}<TextArea {name}/>"
