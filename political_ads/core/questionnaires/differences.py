"""What changed between two versions of a questionnaire, in words, and whose old answers still add up."""

from collections.abc import Iterator
from dataclasses import dataclass

from common.i18n import current_locale
from common.i18n import gettext as _
from political_ads.core.questionnaires.votes import classes_of
from political_ads.schemas import Option, Question, Questionnaire, in_language


@dataclass(frozen=True)
class Difference:
    """One change. `breaks`: answers given to the earlier version can no longer be added to answers given to the later one."""

    text: str
    breaks: bool = False


def differences(before: Questionnaire, after: Questionnaire) -> list[Difference]:
    """Return what changed, in the order of the later version; nothing where both say the same.

    Answers of two versions add up, for each question or option that is aggregated, where its answers are the same.
    """
    return [
        *_whole(before, after),
        *(change for question in after.questions for change in _question(before, question)),
        *(
            Difference(_("Question removed: “%(question)s”.") % {"question": _said(question)}, breaks=True)
            for question in before.questions
            if after.question(question.key) is None
        ),
        *_order(before, after),
    ]


def still_counted(before: Questionnaire, after: Questionnaire) -> tuple[set[str], set[str]]:
    """Return the names of what is aggregated in the earlier version: those whose answers still add up, and the others."""
    earlier, later = classes_of(before), classes_of(after)
    kept = {name for name, asked in earlier.items() if name in later and later[name].classes == asked.classes}
    return kept, earlier.keys() - kept


def _whole(before: Questionnaire, after: Questionnaire) -> Iterator[Difference]:
    if before.title != after.title:
        yield Difference(_("The title is worded differently."))
    if before.intro != after.intro:
        yield Difference(_("The introduction is worded differently."))
    if before.guidelines != after.guidelines:
        yield Difference(_("The guidelines are worded differently."))
    if (before.reviewers_only, before.country) != (after.reviewers_only, after.country):
        yield Difference(_("Who may answer, or whose law it is about, changed."))
    if before.main.key != after.main.key:
        yield Difference(
            _("The first question is another one: creatives retire by “%(question)s” now.")
            % {"question": _said(after.main)},
            breaks=True,
        )


def _question(before: Questionnaire, question: Question) -> Iterator[Difference]:
    was = before.question(question.key)
    name = {"question": _said(question)}
    if was is None:
        yield Difference(_("Question added: “%(question)s”.") % name)
        return
    if was.kind is not question.kind or was.steps != question.steps:
        yield Difference(_("“%(question)s” is answered in another way now.") % name, breaks=True)
        return
    if was.text != question.text:
        yield Difference(
            _("Worded differently: “%(before)s” is now “%(question)s”.") % {"before": _said(was), **name}
        )
    if was.required != question.required:
        words = (
            _("“%(question)s” must be answered now.")
            if question.required
            else _("“%(question)s” may be left out now.")
        )
        yield Difference(words % name)
    if was.when != question.when:
        yield Difference(_("“%(question)s” is asked under another condition.") % name)
    if (was.help, was.low_label, was.high_label) != (question.help, question.low_label, question.high_label):
        yield Difference(_("The help to “%(question)s” is worded differently.") % name)
    yield from _options(was, question)


def _options(was: Question, question: Question) -> Iterator[Difference]:
    name = {"question": _said(question)}
    single = question.kind.value == "single"
    for option in question.options:
        old = was.option(option.key)
        if old is None:
            # of a question with one answer, whoever answered before could not choose it: the classes differ
            yield Difference(
                _("“%(question)s”: answer added: “%(answer)s”.") % {**name, "answer": _named(option)},
                breaks=single,
            )
        elif old.label != option.label:
            yield Difference(
                _("“%(question)s”: “%(before)s” is now called “%(answer)s”.")
                % {**name, "before": _named(old), "answer": _named(option)}
            )
        elif old != option:
            yield Difference(
                _("“%(question)s”: the help to “%(answer)s” changed.") % {**name, "answer": _named(option)}
            )
    for option in was.options:
        if question.option(option.key) is None:
            yield Difference(
                _("“%(question)s”: answer removed: “%(answer)s”.") % {**name, "answer": _named(option)},
                breaks=True,
            )
    old_order = [option.key for option in was.options if question.option(option.key)]
    new_order = [option.key for option in question.options if was.option(option.key)]
    if old_order != new_order:
        yield Difference(_("“%(question)s”: the answers stand in another order.") % name, breaks=single)


def _order(before: Questionnaire, after: Questionnaire) -> Iterator[Difference]:
    old = [question.key for question in before.questions if after.question(question.key)]
    new = [question.key for question in after.questions if before.question(question.key)]
    if old != new:
        yield Difference(_("The questions stand in another order."))


def _said(question: Question) -> str:
    return in_language(question.text, current_locale())


def _named(option: Option) -> str:
    return in_language(option.label, current_locale())
