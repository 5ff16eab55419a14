"""Words that most volunteers marked in an ad's text, shown in it: beneath a label, in examples, on reviewers' and volunteers' pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from common.i18n import current_locale, ngettext
from common.i18n import gettext as _
from common.web.formats import Formats
from political_ads.core.questionnaires import classes_of
from political_ads.core.questionnaires.votes import NO
from political_ads.core.spans import AgreedSpan, spans_of
from political_ads.models import Creative, Label
from political_ads.schemas import Question, Questionnaire, in_language

AROUND = 120  # characters shown before and after marked words; what lies farther is left out
QUOTED = 160  # characters of marked words in a line
_formats = Formats()


@dataclass(frozen=True)
class Stretch:
    """A piece of a text; `number`: of the marked place that it is, from 1, else 0."""

    text: str
    number: int = 0


@dataclass(frozen=True)
class Place:
    """A marked place in words: what is marked, and by how many."""

    words: str
    note: str


@dataclass(frozen=True)
class MarkedView:
    """What `parts/marked.html` draws for one (sub-)question: the text with its marked places, and by how many each was marked."""

    title: str
    stretches: tuple[Stretch, ...]
    places: tuple[Place, ...]
    language: str  # ISO 639-1 or empty
    others: tuple[Place, ...] = ()  # what anybody else marked; for reviewers alone


def marked_view(questionnaire: Questionnaire, label: Label, creative: Creative) -> MarkedView | None:
    """Show what most marked for one label; None where nothing is agreed, or where the label itself is "no"."""
    spans = spans_of(label.spans, creative.text)
    if not spans or label.label == NO:
        return None
    return marked_text(question_title(questionnaire, label.question), spans, creative)


def marked_views(
    questionnaire: Questionnaire, labels: Mapping[str, Label], creative: Creative
) -> Iterator[MarkedView]:
    """Yield what most marked for each of a creative's labels, each apart, in the questionnaire's order."""
    for name in classes_of(questionnaire):
        if name in labels and (view := marked_view(questionnaire, labels[name], creative)):
            yield view


def marked_text(title: str, spans: Sequence[AgreedSpan], creative: Creative) -> MarkedView:
    """Show places in a creative's text."""
    return MarkedView(
        title,
        tuple(_shortened(list(stretches(creative.text, spans)))),
        tuple(Place(quoted(creative.text[one.start : one.end]), by_how_many(one)) for one in spans),
        creative.language,
    )


def stretches(text: str, spans: Sequence[AgreedSpan]) -> Iterator[Stretch]:
    """Cut a text at places that do not overlap, in their order; joined again, the pieces are the text."""
    at = 0
    for number, one in enumerate(spans, 1):
        if one.start > at:
            yield Stretch(text[at : one.start])
        yield Stretch(text[one.start : one.end], number)
        at = one.end
    if at < len(text):
        yield Stretch(text[at:])


def by_how_many(span: AgreedSpan) -> str:
    """Say how many marked a place, of those who were asked for one."""
    words = ngettext(
        "marked by %(marked)s of %(count)s volunteer who said so (%(share)s)",
        "marked by %(marked)s of %(count)s volunteers who said so (%(share)s)",
        span.asked,
    )
    said = {"marked": _formats.number(span.marked), "count": _formats.number(span.asked)}
    return words % {**said, "share": _formats.percent(span.share)}


def many_volunteers(count: int) -> str:
    """Say how many volunteers marked just these words."""
    return ngettext("%(count)s volunteer", "%(count)s volunteers", count) % {"count": _formats.number(count)}


def question_title(questionnaire: Questionnaire, name: str) -> str:
    """Return the option that a (sub-)question is about, or the question where it has none."""
    key, _dot, option_key = name.partition(".")
    question: Question | None = questionnaire.question(key)
    option = question.option(option_key) if question else None
    if option:
        return in_language(option.label, current_locale())
    return in_language(question.text, current_locale()) if question else name


def quoted(words: str) -> str:
    """Return marked words between quotation marks, long ones shortened."""
    short = words if len(words) <= QUOTED else f"{words[: QUOTED - 1].rstrip()}…"
    return _("“%(words)s”") % {"words": " ".join(short.split())}


def _shortened(pieces: list[Stretch]) -> Iterator[Stretch]:
    """Leave out what lies far from every marked place."""
    for place, piece in enumerate(pieces):
        if piece.number:
            yield piece
        else:
            yield Stretch(_near(piece.text, before=place > 0, after=place < len(pieces) - 1))


def _near(text: str, *, before: bool, after: bool) -> str:
    """Return the beginning of a text that follows a marked place (`before`) and the end of one that precedes another (`after`)."""
    if len(text) <= AROUND * (before + after):
        return text
    head = text[:AROUND].rsplit(" ", 1)[0] + " " if before else ""
    tail = " " + text[-AROUND:].split(" ", 1)[-1] if after else ""
    return f"{head}…{tail}"
