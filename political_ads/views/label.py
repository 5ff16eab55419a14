"""The labelling page: one creative, its questions, and all the words that its script says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel import Locale
from fastapi import Request
from markupsafe import Markup

from common.i18n import N_, current_locale
from common.i18n import gettext as _
from political_ads.core.markdown import to_html
from political_ads.models import Ad, Creative
from political_ads.schemas import Flag, Questionnaire, in_language
from political_ads.views.ad import AdView, ad_view, picture_path
from political_ads.views.questions import QuestionView, answer_words, question_views

GOAL = 20  # answers in a day, until a volunteer chooses
GOALS = (0, 10, 20, 50, 100)
FLAGS = {
    Flag.OFFENSIVE: N_("It may offend or upset"),
    Flag.BROKEN: N_("It is broken or cannot be read"),
    Flag.WRONG_LANGUAGE: N_("It is in another language"),
}
WORDS = {  # what the script says; {page}, {count} and {goal} are put in by it
    "today": N_("{count} today"),
    "goal": N_("{count} of {goal} today"),
    "reached": N_("{goal} today: your goal. Thank you! Go on only if you like."),
    "pause": N_("You have read many ads in a row. A short pause does good, to you and to the answers."),
    "next": N_("Next ad, by {page}. {count} today."),
    "further": N_("{count} more questions, if you can tell. Enter goes to the next ad."),
    "undone": N_("Taken back. You can answer it anew."),
    "flagged": N_("Flagged. You can still answer the question."),
    "needed": N_("Choose an answer to the first question, skip the ad, or flag it."),
    "veiled": N_("Open the ad first (Enter), or skip it."),
    "marking": N_("The ad’s words; choose those that you mean"),
    "marked_one": N_("1 place marked"),
    "marked_many": N_("{count} places marked"),
    "nothing_to_mark": N_("None of your answers asks for marked words."),
    "no_text": N_("This ad has no text in which words could be marked."),
    "saved": N_("All your answers are saved."),
    "waits_one": N_("1 answer waits for the network."),
    "waits_many": N_("{count} answers wait for the network."),
    "kept_one": N_("1 answer is kept in this browser until then."),
    "kept_many": N_("{count} answers are kept in this browser until then."),
    "not_durable": N_("This browser keeps nothing for us: leave the page open until they are sent."),
    "empty": N_("No ad waits for you now. Thank you!"),
    "fetching": N_("The next ad is on its way."),
}


@dataclass(frozen=True)
class TaskView:
    """One creative to label."""

    item_id: int
    ad: AdView


def task_view(request: Request, item_id: int, ad: Ad | None, creative: Creative) -> TaskView:
    """Show a creative as one to label."""
    return TaskView(item_id, ad_view(ad, creative, picture=picture_path(request, ad)))


@dataclass(frozen=True)
class FeedbackView:
    """What is said after a creative whose answer is known."""

    head: str
    answers: str
    why: str


@dataclass(frozen=True)
class LabelPage:
    """The page. `task` is shown; `tasks` wait in it. Without a task, `empty_title` and `empty_words` say why."""

    slug: str
    title: str
    questionnaire_id: int
    task: TaskView | None
    tasks: tuple[TaskView, ...]
    main: QuestionView
    further: tuple[QuestionView, ...]
    flags: tuple[tuple[str, str], ...]
    guidelines: Markup
    sync: str  # where the script sends answers
    identity: str
    former: str  # the identity before signing in, whose waiting answers are theirs too
    client_key: str  # of the plain form
    shown: str  # signed moment at which the plain form was made
    ahead: int
    today: int
    goal: int
    goals: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str, bool], ...]  # of the campaign's ads: code, name, wanted
    anonymous: bool
    words: Mapping[str, str]
    empty_title: str
    empty_words: str
    extra_keys: tuple[tuple[str, str], ...]


def feedback_view(
    questionnaire: Questionnaire,
    *,
    agrees: bool,
    right: Mapping[str, Sequence[str]],
    why: Mapping[str, str],
    page: str,
) -> FeedbackView:
    """Word what is known of a creative, for whoever has just answered it."""
    head = (
        _("The ad by “%(page)s” is a known one, and you saw it as most do.")
        if agrees
        else _("The ad by “%(page)s” is a known one; most see it a little differently.")
    )
    return FeedbackView(
        head % {"page": page}, right_words(questionnaire, right), in_language(why, current_locale())
    )


def right_words(questionnaire: Questionnaire, right: Mapping[str, Sequence[str]]) -> str:
    """Say which answers are right; where several are listed for a question, each of them is."""
    parts = []
    for question in questionnaire.questions:
        if values := right.get(question.key):
            named = [answer_words(question, value) for value in values]
            either = _(" or ").join(_("“%(words)s”") % {"words": name} for name in named if name)
            text = in_language(question.text, current_locale())
            parts.append(_("%(question)s %(answer)s") % {"question": text, "answer": either})
    return " · ".join(parts)


def words_now() -> dict[str, str]:
    """Return what the script says, in the reader's language."""
    return {name: _(text) for name, text in WORDS.items()}


def flag_words() -> tuple[tuple[str, str], ...]:
    """Return the flags and their words."""
    return tuple((flag.value, _(text)) for flag, text in FLAGS.items())


def goal_words() -> tuple[tuple[str, str], ...]:
    """Return the goals that can be chosen."""
    named = [(str(goal), _("%(count)s answers") % {"count": goal}) for goal in GOALS if goal]
    return (("0", _("No goal")), *named)


def language_choices(offered: Sequence[str], wanted: Sequence[str]) -> tuple[tuple[str, str, bool], ...]:
    """Return the languages of a campaign's ads, and whether the volunteer wants them; none chosen means all."""
    names = Locale.parse(current_locale()).languages
    return tuple((code, names.get(code, code), not wanted or code in wanted) for code in offered)


def page_keys() -> tuple[tuple[str, str], ...]:
    """Return the page's keys, for the help that `?` opens."""
    return (
        ("1 … 9", _("Give that answer")),
        ("0", _("Cannot tell")),
        ("-", _("None of these")),
        ("Enter", _("Next ad")),
        ("u", _("Undo the last answer")),
        ("s", _("Skip this ad")),
        ("f", _("Flag this ad")),
        ("c", _("Write a comment")),
        ("m", _("Mark words in the text")),
        ("h", _("Guidelines")),
        ("↓ ↑", _("Next and previous question")),
    )


def guidelines_html(questionnaire: Questionnaire, *, below: int) -> Markup:
    """Return the guidelines as HTML, their headings under the level `below`."""
    text = in_language(questionnaire.guidelines, current_locale())
    return Markup(to_html(text, below=below))  # noqa: S704 - sanitised there


def split_questions(questionnaire: Questionnaire) -> tuple[QuestionView, tuple[QuestionView, ...]]:
    """Return the main question, and the others."""
    main, *further = question_views(questionnaire)
    return main, tuple(further)
