"""What a well-formed questionnaire can still have wrong."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from common.i18n import gettext as _
from political_ads.core.questionnaires.keys import MOST_ANSWERS
from political_ads.schemas import (
    CANNOT_TELL,
    LANGUAGES,
    Option,
    Question,
    QuestionKind,
    Questionnaire,
)

_CHOSEN = (QuestionKind.SINGLE, QuestionKind.MULTIPLE)


@dataclass(frozen=True)
class Flaw:
    """Something to mend before a campaign can use a questionnaire; `place` is a question's or a `question.option`'s key."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


def check(questionnaire: Questionnaire) -> list[Flaw]:
    """Return what must be mended, in the order of the questionnaire; nothing if it can be used.

    Keys are unique; the first question is single, required and unconditional (retirement looks at it); conditions point back
    to answers that exist; texts exist in every language of the title; no question has more answers than there are keys.
    """
    return [
        *_main(questionnaire),
        *_keys(questionnaire),
        *_conditions(questionnaire),
        *_texts(questionnaire),
    ]


def _main(questionnaire: Questionnaire) -> Iterator[Flaw]:
    main = questionnaire.main
    if main.kind is not QuestionKind.SINGLE or not main.required or main.when:
        yield Flaw(
            main.key,
            _(
                "The first question decides when a creative has enough answers: make it single, required, and without a condition."
            ),
        )


def _keys(questionnaire: Questionnaire) -> Iterator[Flaw]:
    for key in _twice(question.key for question in questionnaire.questions):
        yield Flaw(key, _("Two questions have this key; give one of them another."))
    for question in questionnaire.questions:
        for key in _twice(option.key for option in question.options):
            yield Flaw(f"{question.key}.{key}", _("Two options have this key; give one of them another."))
        if question.option(CANNOT_TELL):
            yield Flaw(question.key, _("“Cannot tell” is always an answer; remove the option of that key."))
        if len(question.options) > MOST_ANSWERS:
            yield Flaw(
                question.key,
                _(
                    "It has more options than there are keys on a keyboard for them (%(most)s); split the question."
                )
                % {"most": MOST_ANSWERS},
            )
    for key in _twice(
        option.key for question in questionnaire.questions for option in _highlighting(question)
    ):
        yield Flaw(key, _("Two options that ask for a highlight have this key; give one of them another."))


def _conditions(questionnaire: Questionnaire) -> Iterator[Flaw]:
    earlier: dict[str, Question] = {}
    for question in questionnaire.questions:
        if question.when:
            asked = earlier.get(question.when.question)
            if asked is None or asked.kind not in _CHOSEN:
                yield Flaw(
                    question.key,
                    _("Its condition names “%(key)s”, which is not an earlier question with options.")
                    % {"key": question.when.question},
                )
            else:
                yield from _unknown_options(question, asked)
        earlier[question.key] = question


def _unknown_options(question: Question, asked: Question) -> Iterator[Flaw]:
    for key in question.when.any_of if question.when else ():
        if key != CANNOT_TELL and not asked.option(key):
            yield Flaw(
                question.key,
                _("Its condition names the option “%(option)s”, which “%(question)s” does not have.")
                % {"option": key, "question": asked.key},
            )


def _texts(questionnaire: Questionnaire) -> Iterator[Flaw]:
    languages = set(questionnaire.title)
    if not languages or not languages <= set(LANGUAGES):
        yield Flaw(
            "",
            _("Give the title in one or more of these languages: %(all)s.") % {"all": ", ".join(LANGUAGES)},
        )
    for name, words in (("intro", questionnaire.intro), ("guidelines", questionnaire.guidelines)):
        yield from _spoken("", name, words, languages)
    for question in questionnaire.questions:
        yield from _question_texts(question, languages)


def _question_texts(question: Question, languages: set[str]) -> Iterator[Flaw]:
    yield from _spoken(question.key, "text", question.text, languages, needed=True)
    yield from _spoken(question.key, "help", question.help, languages)
    scale = question.kind is QuestionKind.SCALE
    for name, words in (("low_label", question.low_label), ("high_label", question.high_label)):
        yield from _spoken(question.key, name, words, languages, needed=scale)
    for option in question.options:
        place = f"{question.key}.{option.key}"
        yield from _spoken(place, "label", option.label, languages, needed=True)
        yield from _spoken(place, "help", option.help, languages)
        for example in option.examples:
            yield from _spoken(place, "examples → text", example.text, languages, needed=True)
            yield from _spoken(place, "examples → why", example.why, languages, needed=True)


def _spoken(
    place: str, name: str, words: Mapping[str, str], languages: set[str], *, needed: bool = False
) -> Iterator[Flaw]:
    """A text stands in all of the questionnaire's languages and in no other; one that is not needed may be absent altogether."""
    given = {language for language, text in words.items() if text.strip()}
    if not given and not needed:
        return
    for language in sorted(languages - given):
        yield Flaw(
            place, _("“%(name)s” is missing in “%(language)s”.") % {"name": name, "language": language}
        )
    for language in sorted(given - languages):
        yield Flaw(
            place,
            _("“%(name)s” is given in “%(language)s”, and the title is not.")
            % {"name": name, "language": language},
        )


def _highlighting(question: Question) -> Iterator[Option]:
    return (option for option in question.options if option.highlight)


def _twice(keys: Iterable[str]) -> list[str]:
    return [key for key, count in Counter(keys).items() if count > 1]
