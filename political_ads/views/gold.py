"""Gold: creatives whose right answers are known, and how volunteers do on each."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import N_, current_locale
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for
from political_ads.core.questionnaires import keys_for
from political_ads.models import Ad, Campaign, Creative, Gold
from political_ads.queries.manage import GoldLine
from political_ads.schemas import CANNOT_TELL, LANGUAGES, QuestionKind, Questionnaire, in_language
from political_ads.views.ad import AdView, ad_view, picture_path
from political_ads.views.campaign_words import title_of
from political_ads.views.label import right_words
from political_ads.views.manage import campaign_tabs

EXCERPT = 160  # characters of an ad's text
ENOUGH = 5  # answers from which a share says something
DOUBTFUL = 0.5  # under this share of right answers, the gold itself may be wrong
USES = {
    "example": (N_("Example"), N_("Shown with its explanation in the tutorial.")),
    "quiz": (N_("Quiz"), N_("Asked before somebody labels.")),
    "stream": (N_("During work"), N_("Mixed in among the others; whoever answers is told at once.")),
}
TICKED = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE})
_formats = Formats()


@dataclass(frozen=True)
class GoldView:
    """One gold creative in the list."""

    href: str
    page: str
    excerpt: str
    language: str
    right: str
    answers: str
    share: str  # right answers, in percent with their number; empty where nobody has answered
    doubtful: bool


@dataclass(frozen=True)
class GoldGroup:
    """The gold of one use."""

    name: str
    hint: str
    lines: tuple[GoldView, ...]


@dataclass(frozen=True)
class FoundCreative:
    """A creative that could become gold."""

    href: str
    page: str
    excerpt: str
    language: str


@dataclass(frozen=True)
class GoldPage:
    """A campaign's gold, and a search for more."""

    slug: str
    title: str
    tabs: tuple[dict[str, object], ...]
    groups: tuple[GoldGroup, ...]
    total: int
    doubtful: int
    without_gold: tuple[
        str, ...
    ]  # questions whose right answer cannot be given: they have no options to tick
    text: str
    found: tuple[FoundCreative, ...]
    count: str
    number: int
    pages: int
    pages_href: str


@dataclass(frozen=True)
class RightQuestion:
    """A question of the gold form: which answers count as right."""

    name: str
    text: str
    required: bool
    options: tuple[tuple[str, str, bool], ...]  # value, words, chosen


@dataclass(frozen=True)
class GoldFormPage:
    """The form of one gold creative."""

    slug: str
    title: str
    creative_id: int
    ad: AdView
    questions: tuple[RightQuestion, ...]
    uses: tuple[tuple[str, str, str], ...]
    languages: tuple[str, ...]
    form: Form
    is_gold: bool
    item_answers: int  # answers that it has as an ordinary creative; they would no longer count


def gold_page(
    request: Request,
    campaign: Campaign,
    questionnaire: Questionnaire,
    lines: Sequence[GoldLine],
    text: str,
    found: Paged[Creative],
) -> GoldPage:
    """Show a campaign's gold, and what a search found."""
    views = {used: [_line(request, campaign, questionnaire, one) for one in lines if one.gold.used == used] for used in USES}  # fmt: skip
    groups = tuple(
        GoldGroup(_(name), _(hint), tuple(views[used])) for used, (name, hint) in USES.items() if views[used]
    )
    href = path_for(request, "ads_gold", slug=campaign.slug, query={"q": text, "page": "PAGE"})
    return GoldPage(
        slug=campaign.slug,
        title=title_of(campaign),
        tabs=campaign_tabs(request, campaign, "ads_gold"),
        groups=groups,
        total=len(lines),
        doubtful=sum(one.doubtful for some in views.values() for one in some),
        without_gold=without_gold(questionnaire),
        text=text,
        found=tuple(_found(request, campaign, creative) for creative in found.items),
        count=_("%(count)s creatives") % {"count": _formats.number(found.total)},
        number=found.number,
        pages=found.pages,
        pages_href=href.replace("PAGE", "{page}"),
    )


def gold_form_page(  # noqa: PLR0913 - what the page shows
    request: Request,
    campaign: Campaign,
    questionnaire: Questionnaire,
    creative: Creative,
    ad: Ad | None,
    form: Form,
    *,
    chosen: dict[str, list[str]],
    is_gold: bool,
    item_answers: int,
) -> GoldFormPage:
    """Show the form of one gold creative."""
    return GoldFormPage(
        slug=campaign.slug,
        title=title_of(campaign),
        creative_id=creative.id,
        ad=ad_view(ad, creative, picture=picture_path(request, ad)),
        questions=right_questions(questionnaire, chosen),
        uses=tuple((used, _(name), _(hint)) for used, (name, hint) in USES.items()),
        languages=LANGUAGES,
        form=form,
        is_gold=is_gold,
        item_answers=item_answers,
    )


def right_questions(questionnaire: Questionnaire, chosen: dict[str, list[str]]) -> tuple[RightQuestion, ...]:
    """Return the questions with options: several answers of one may count as right."""
    language = current_locale()
    return tuple(
        RightQuestion(
            name=f"answer.{question.key}",
            text=in_language(question.text, language),
            required=question is questionnaire.main,
            options=tuple(
                (
                    value,
                    in_language(option.label, language) if option else _("Cannot tell"),
                    value in chosen.get(question.key, ()),
                )
                for value in keys_for(question)
                for option in (question.option(value),)
                if option or value == CANNOT_TELL
            ),
        )
        for question in questionnaire.questions
        if question.kind in TICKED
    )


def without_gold(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the questions that gold cannot hold an answer to: scales, marked words, free text."""
    return tuple(
        in_language(question.text, current_locale())
        for question in questionnaire.questions
        if question.kind not in TICKED
    )


def gold_values(gold: Gold | None) -> dict[str, str]:
    """Return a gold's fields as text."""
    if gold is None:
        return {"used": "stream"}
    words = {f"why_{language}": text for language, text in gold.why.items()}
    return {"used": gold.used, "position": str(gold.position), **words}


def _line(request: Request, campaign: Campaign, questionnaire: Questionnaire, line: GoldLine) -> GoldView:
    share = line.right / line.answers if line.answers else None
    return GoldView(
        href=path_for(request, "ads_gold_edit", slug=campaign.slug, creative_id=line.creative.id),
        page=line.creative.page_name or _("Page not named"),
        excerpt=excerpt(line.creative),
        language=line.creative.language,
        right=right_words(questionnaire, line.gold.right),
        answers=_formats.number(line.answers),
        share="" if share is None else _formats.percent(share),
        doubtful=share is not None and line.answers >= ENOUGH and share < DOUBTFUL,
    )


def _found(request: Request, campaign: Campaign, creative: Creative) -> FoundCreative:
    href = path_for(request, "ads_gold_edit", slug=campaign.slug, creative_id=creative.id)
    return FoundCreative(
        href, creative.page_name or _("Page not named"), excerpt(creative), creative.language
    )


def excerpt(creative: Creative) -> str:
    """Return the beginning of a creative's words."""
    words = " ".join((creative.text or creative.title).split())
    if not words:
        return _("(no text: a picture or a video)")
    return words if len(words) <= EXCERPT else words[:EXCERPT].rsplit(" ", 1)[0] + "…"
