"""Ads to group, as an importer would have stored them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from common.accounts.actors import EVERY_TOOL, Actor, Role, operator
from political_ads.actions.creatives import Placed, place
from political_ads.models import Ad

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TRAM = "Come to the meeting on the new tram line in Northam, everybody who lives along the river is welcome."
BAKERY = "Sign the petition for a second bakery, before the council decides on the market square in June."


def somebody(role: Role | None) -> Actor:
    """Return somebody with a role who is in no table."""
    return Actor(None, "Robin", {EVERY_TOOL: role} if role else {}, via="session")


def ad(number: int, text: str = TRAM, **more: Any) -> Ad:
    """Return an ad that is not stored yet."""
    said = {
        "source": "test",
        "platform": "facebook",
        "page_name": "Tram now",
        "language": "en",
        "countries": ["FR"],
        "content_hash": "0" * 32,
        "imported_at": AT,
        "updated_at": AT,
    }
    return Ad(external_id=str(number), text=text, **{**said, **more})


def bring(session: Session, *ads: Ad) -> Placed:
    """Store ads and place them, as one part of an import."""
    session.add_all(ads)
    session.flush()
    return place(session, operator(), ads, at=AT)
