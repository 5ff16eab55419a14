"""A questionnaire with a question of every kind, for tests."""

from typing import Any

from political_ads.schemas import CANNOT_TELL, Condition, Option, Question, Questionnaire

EN = {"en": "words"}


def question(key: str, kind: str, *options: str, **more: Any) -> Question:
    made = tuple(Option(key=option, label=EN, help={}) for option in options)
    return Question(
        **{
            "key": key,
            "kind": kind,
            "text": EN,
            "help": {},
            "low_label": {},
            "high_label": {},
            "options": made,
        }
        | more
    )


def questionnaire(*questions: Question) -> Questionnaire:
    return Questionnaire(key="invented", title=EN, intro={}, guidelines={}, questions=questions)


MAIN = question("main", "single", "yes", "no", required=True)
WHEN_YES = Condition(question="main", any_of=("yes",))
CLAIM = Option(key="claim", label=EN, help={}, highlight=True, soft=True)
ALL_KINDS = questionnaire(
    MAIN,
    question("wants", "multiple", "gift", "name", when=WHEN_YES),
    question(
        "gifts", "single", "coin", "note", when=Condition(question="wants", any_of=("gift", CANNOT_TELL))
    ),
    question("strength", "scale", steps=5, low_label=EN, high_label=EN),
    question("where", "span", "name", "place"),
    question("words", "text"),
    question("flags", "multiple", options=(CLAIM, Option(key="odd", label=EN, help={}))),
)
