"""The tool's first page: campaigns as calm cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from common.i18n import N_, current_locale, ngettext
from common.i18n import gettext as _
from common.web.formats import Formats
from political_ads.queries.campaigns import Progress, is_running
from political_ads.schemas import in_language
from political_ads.service.campaign_cards import CampaignRow

STATES = {
    "draft": N_("Draft"),
    "filling": N_("Being filled"),
    "open": N_("Open for answers"),
    "paused": N_("Paused"),
    "closed": N_("Closed"),
}
TONES = {"open": "ok", "paused": "warn"}
LONGEST_ABOUT = 220  # characters on a card
_formats = Formats()


@dataclass(frozen=True)
class CampaignCard:
    """One campaign. `mine`: answers of who reads; `running`: it takes answers now."""

    slug: str
    title: str
    about: str
    state: str
    tone: str
    running: bool
    may_take_part: bool
    results: bool
    done: int
    items: int
    words: str
    mine: str
    begun: bool
    quiz: bool


@dataclass(frozen=True)
class HomePage:
    """The page."""

    open: tuple[CampaignCard, ...]
    others: tuple[CampaignCard, ...]
    may_manage: bool
    newcomer: bool


def home_page(rows: Sequence[CampaignRow], *, may_manage: bool, at: datetime) -> HomePage:
    """Put the page together."""
    cards = [campaign_card(row, at=at) for row in rows]
    return HomePage(
        open=tuple(card for card in cards if card.running),
        others=tuple(card for card in cards if not card.running),
        may_manage=may_manage,
        newcomer=not any(card.begun for card in cards),
    )


def campaign_card(row: CampaignRow, *, at: datetime) -> CampaignCard:
    """Return a campaign as a card."""
    campaign, progress = row.campaign, row.progress
    items = progress.items - progress.by_state.get("withdrawn", 0)
    return CampaignCard(
        slug=campaign.slug,
        title=in_language(campaign.title, current_locale()),
        about=_first_words(in_language(campaign.about, current_locale())),
        state=_(STATES.get(campaign.state, campaign.state)),
        tone=TONES.get(campaign.state, "quiet"),
        running=is_running(campaign, at),
        may_take_part=row.may_take_part,
        results=row.results,
        done=progress.done,
        items=items,
        words=progress_words(progress),
        mine=mine_words(row.mine),
        begun=row.mine > 0,
        quiz=bool(campaign.rules.get("quiz_questions", 0)),
    )


def progress_words(progress: Progress) -> str:
    """Say how far a campaign is."""
    items = progress.items - progress.by_state.get("withdrawn", 0)
    answers = ngettext("%(count)s answer", "%(count)s answers", progress.answers) % {
        "count": _formats.number(progress.answers)
    }
    return _("%(done)s of %(all)s creatives done, from %(answers)s") % {
        "done": _formats.number(progress.done),
        "all": _formats.number(items),
        "answers": answers,
    }


def mine_words(count: int) -> str:
    """Say how much somebody gave."""
    if not count:
        return ""
    return ngettext("%(count)s of them is yours", "%(count)s of them are yours", count) % {
        "count": _formats.number(count)
    }


def _first_words(markdown: str) -> str:
    """Return the beginning of a campaign's text without its marks."""
    plain = " ".join(markdown.replace("*", "").replace("#", "").replace("`", "").split())
    return plain if len(plain) <= LONGEST_ABOUT else plain[:LONGEST_ABOUT].rsplit(" ", 1)[0] + " …"
