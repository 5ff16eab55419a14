"""Questionnaires: their versions, one as volunteers see it, and a new version with what it changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from markupsafe import Markup

from common.i18n import LOCALE_NAMES, current_locale, ngettext, use_locale
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for
from political_ads.core.questionnaires import Flaw, to_yaml
from political_ads.queries.manage import Usage
from political_ads.schemas import LANGUAGES, Question, Questionnaire, in_language
from political_ads.views.campaign_forms import ChangeView, changes
from political_ads.views.campaign_words import title_of
from political_ads.views.label import guidelines_html
from political_ads.views.questions import QuestionView, answer_words, question_views

_formats = Formats()


@dataclass(frozen=True)
class VersionLine:
    """One version of a questionnaire."""

    version: int
    href: str
    yaml: str
    when: str
    by: str
    answers: str
    campaigns: tuple[tuple[str, str], ...]  # title, address


@dataclass(frozen=True)
class QuestionnaireCard:
    """One questionnaire with its versions, the newest first."""

    key: str
    title: str
    intro: str
    notes: tuple[str, ...]
    href: str
    versions: tuple[VersionLine, ...]


@dataclass(frozen=True)
class QuestionnairesPage:
    """All questionnaires."""

    cards: tuple[QuestionnaireCard, ...]
    missing: int  # shipped with the tool, and not kept here


@dataclass(frozen=True)
class Preview:
    """A questionnaire in one language, as volunteers see it."""

    language: str
    name: str
    main: QuestionView
    further: tuple[QuestionView, ...]
    questions: tuple[QuestionView, ...]
    guidelines: Markup
    conditions: dict[str, str]  # question → when it is asked; empty: always


@dataclass(frozen=True)
class QuestionnairePage:
    """One version."""

    card: QuestionnaireCard
    line: VersionLine
    previews: tuple[Preview, ...]
    yaml: str
    changes: tuple[ChangeView, ...]  # since the version before
    before: int | None


@dataclass(frozen=True)
class Checked:
    """What came of checking a pasted questionnaire. `flaws`: what must be mended before it can be kept."""

    title: str
    key: str
    version: int
    same: bool  # nothing changed since the newest version
    first: bool  # there is none of this key yet
    flaws: tuple[str, ...]
    changes: tuple[ChangeView, ...]
    previews: tuple[Preview, ...]


@dataclass(frozen=True)
class NewQuestionnairePage:
    """The form for a new version; `checked` once it was read."""

    form: Form
    checked: Checked | None
    based_on: str


def questionnaires_page(request: Request, usages: Sequence[Usage], *, missing: int) -> QuestionnairesPage:
    """List all questionnaires."""
    keys = dict.fromkeys(usage.version.key for usage in usages)
    cards = tuple(
        questionnaire_card(request, [usage for usage in usages if usage.version.key == key]) for key in keys
    )
    return QuestionnairesPage(cards, missing)


def questionnaire_card(request: Request, usages: Sequence[Usage]) -> QuestionnaireCard:
    """Show one questionnaire with its versions, the newest first."""
    ordered = sorted(usages, key=lambda usage: -usage.version.version)
    content = Questionnaire.model_validate(ordered[0].version.content)
    language = current_locale()
    notes = [
        ngettext("%(count)s question", "%(count)s questions", len(content.questions))
        % {"count": len(content.questions)}
    ]
    if content.reviewers_only:
        notes.append(_("for trained reviewers"))
    if content.country:
        notes.append(content.country)
    return QuestionnaireCard(
        key=content.key,
        title=in_language(content.title, language),
        intro=in_language(content.intro, language),
        notes=tuple(notes),
        href=path_for(request, "ads_questionnaire", key=content.key),
        versions=tuple(version_line(request, usage) for usage in ordered),
    )


def version_line(request: Request, usage: Usage) -> VersionLine:
    """Show one version in a list."""
    version = usage.version
    return VersionLine(
        version=version.version,
        href=path_for(request, "ads_questionnaire", key=version.key, query={"version": version.version}),
        yaml=path_for(request, "ads_questionnaire_yaml", key=version.key, version=version.version),
        when=_formats.date(version.at),
        by=version.by_name,
        answers=_formats.number(usage.answers),
        campaigns=tuple(
            (title_of(campaign), path_for(request, "ads_manage_campaign", slug=campaign.slug))
            for campaign in usage.campaigns
        ),
    )


def questionnaire_page(request: Request, usages: Sequence[Usage]) -> QuestionnairePage:
    """Show a version, which stands first, with what changed since the one before it."""
    shown = usages[0].version
    content = Questionnaire.model_validate(shown.content)
    earlier = [each.version for each in usages if each.version.version < shown.version]
    before = max(earlier, key=lambda version: version.version, default=None)
    return QuestionnairePage(
        card=questionnaire_card(request, usages),
        line=version_line(request, usages[0]),
        previews=previews(content),
        yaml=to_yaml(content),
        changes=changes(Questionnaire.model_validate(before.content), content) if before else (),
        before=before.version if before else None,
    )


def previews(questionnaire: Questionnaire) -> tuple[Preview, ...]:
    """Show a questionnaire in each of its languages, the reader's first."""
    mine = [language for language in LANGUAGES if language in questionnaire.title]
    return tuple(
        _preview(questionnaire, language)
        for language in sorted(mine, key=lambda one: one != current_locale())
    )


def checked_view(
    questionnaire: Questionnaire, flaws: Sequence[Flaw], newest: Usage | None, *, same: bool
) -> Checked:
    """Show what came of a check."""
    before = Questionnaire.model_validate(newest.version.content) if newest else None
    return Checked(
        title=in_language(questionnaire.title, current_locale()),
        key=questionnaire.key,
        version=newest.version.version + 1 if newest else 1,
        same=same,
        first=newest is None,
        flaws=tuple(str(flaw) for flaw in flaws),
        changes=changes(before, questionnaire) if before else (),
        previews=() if flaws else previews(questionnaire),
    )


def _preview(questionnaire: Questionnaire, language: str) -> Preview:
    with use_locale(language):
        main, *further = question_views(questionnaire)
        guidelines = guidelines_html(questionnaire, below=2)
        return Preview(
            language,
            LOCALE_NAMES[language],
            main,
            tuple(further),
            (main, *further),
            guidelines,
            {question.key: _condition(questionnaire, question) for question in questionnaire.questions},
        )


def _condition(questionnaire: Questionnaire, question: Question) -> str:
    earlier = questionnaire.question(question.when.question) if question.when else None
    if earlier is None or question.when is None:
        return ""
    return _("Asked only after “%(question)s” was answered with: %(answers)s.") % {
        "question": in_language(earlier.text, current_locale()),
        "answers": answer_words(earlier, question.when.any_of),
    }
