"""The form of a campaign, and what becomes of old answers when it moves to another version of its questionnaire."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from common.i18n import current_locale, ngettext
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.forms import Form
from political_ads.core.questionnaires import classes_of
from political_ads.core.questionnaires.differences import differences, still_counted
from political_ads.models import Campaign, QuestionnaireVersion
from political_ads.schemas import Questionnaire, in_language
from political_ads.service.campaign_reading import LICENCES
from political_ads.views.campaign_words import AUDIENCES, title_of, version_words
from political_ads.views.library import language_name

_formats = Formats()


@dataclass(frozen=True)
class CampaignFormPage:
    """The form; `slug` is empty for a new campaign."""

    slug: str
    title: str
    form: Form
    questionnaires: tuple[tuple[str, str], ...]
    audiences: tuple[tuple[str, str], ...]
    licences: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]  # code, words with how many creatives
    sources: tuple[tuple[str, str], ...]
    count: str
    begun: bool  # somebody has answered: what changes holds from now on


@dataclass(frozen=True)
class CountPart:
    """How many creatives the form's query takes."""

    count: str


@dataclass(frozen=True)
class ChangeView:
    """One difference between two versions."""

    text: str
    breaks: bool


@dataclass(frozen=True)
class VersionPage:
    """Moving a campaign to another version of its questionnaire."""

    slug: str
    title: str
    before: str
    after: str
    to: int
    changes: tuple[ChangeView, ...]
    kept: tuple[str, ...]
    lost: tuple[str, ...]
    answers: str
    main_lost: bool


def form_page(
    campaign: Campaign | None,
    form: Form,
    *,
    questionnaires: Sequence[QuestionnaireVersion],
    facets: tuple[Mapping[str, int], Sequence[str]],
    count: str,
    begun: bool,
) -> CampaignFormPage:
    """Show the form of a campaign."""
    languages, sources = facets
    ordered = sorted(languages.items(), key=lambda each: (-each[1], each[0]))
    return CampaignFormPage(
        slug=campaign.slug if campaign else "",
        title=title_of(campaign) if campaign else "",
        form=form,
        questionnaires=tuple((str(each.id), version_words(each)) for each in questionnaires),
        audiences=tuple((code, _(words)) for code, words in AUDIENCES.items()),
        licences=tuple((code, code) for code in LICENCES),
        languages=tuple(
            (code, f"{language_name(code) if code else _('unknown')} ({_formats.number(number)})")
            for code, number in ordered
        ),
        sources=tuple((source, source) for source in sources),
        count=count,
        begun=begun,
    )


def version_page(
    campaign: Campaign,
    before: QuestionnaireVersion,
    after: QuestionnaireVersion,
    under: Mapping[int, int],
) -> VersionPage:
    """Say what a move to another version would mean."""
    old, new = (Questionnaire.model_validate(each.content) for each in (before, after))
    kept, lost = still_counted(old, new)
    given = sum(under.values())
    return VersionPage(
        slug=campaign.slug,
        title=title_of(campaign),
        before=version_words(before),
        after=version_words(after),
        to=after.id,
        changes=changes(old, new),
        kept=tuple(_named(old, kept)),
        lost=tuple(_named(old, lost)),
        answers=ngettext("%(count)s answer was given", "%(count)s answers were given", given)
        % {"count": _formats.number(given)},
        main_lost=old.main.key in lost or old.main.key != new.main.key,
    )


def changes(old: Questionnaire, new: Questionnaire) -> tuple[ChangeView, ...]:
    """Show what changed between two versions."""
    return tuple(ChangeView(each.text, each.breaks) for each in differences(old, new))


def _named(questionnaire: Questionnaire, names: set[str]) -> Iterator[str]:
    """Name the questions, with how many of their options it is where it is not all; in the questionnaire's order."""
    asked = classes_of(questionnaire)
    for question in questionnaire.questions:
        mine = [name for name, each in asked.items() if each.question == question.key]
        here = [name for name in mine if name in names]
        if not here:
            continue
        text = in_language(question.text, current_locale())
        if len(here) == len(mine):
            yield text
        else:
            options = [question.option(asked[name].option) for name in here]
            said = ", ".join(in_language(option.label, current_locale()) for option in options if option)
            yield f"{text} ({said})"
