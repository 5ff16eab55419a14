"""Telling the other tools of flags and objections. Part of other actions, which have asked whether the actor may."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from common.events import AdFlagged, LabelContested, tell
from political_ads.core.flags import Counted, standing_flags
from political_ads.models import Campaign, Item


def tell_flags(
    session: Session, campaign: Campaign, found: Mapping[int, Mapping[str, Counted]], *, at: datetime
) -> None:
    """Tell of the flags that stand on creatives (creative → question → label), each once.

    By creative and flag in order: of two who tell the same at once, one waits for the other.
    """
    for creative_id in sorted(found):
        for standing in standing_flags(found[creative_id]):
            word = AdFlagged(
                creative=creative_id,
                campaign=campaign.slug,
                flag=standing.flag,
                people=standing.people,
                asked=standing.asked,
                path=_path(creative_id),
            )
            tell(session, word, at=at, once=f"{creative_id}:{standing.flag}")


def tell_contested(session: Session, campaign: Campaign, item: Item, *, at: datetime) -> None:
    """Tell that a reader objects to a published label. The reason stays here: it is a person's words."""
    word = LabelContested(creative=item.creative_id, campaign=campaign.slug, path=_path(item.creative_id))
    tell(session, word, at=at)


def _path(creative_id: int) -> str:
    return f"/ads/library/{creative_id}"  # of the page `ads_creative`
