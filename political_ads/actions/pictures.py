"""An ad's picture: stored, described, taken away. It comes from a person; nothing is ever fetched from an ad's addresses."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, Invalid
from common.i18n import gettext as _
from political_ads.actions.log import note
from political_ads.core.pictures import Picture
from political_ads.models import Ad
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.pictures import ad_held
from political_ads.sources.kept_pictures import KeptPictures

LONGEST_ALT = 500  # characters
SHORTEST_ALT = 5


@dataclass(frozen=True)
class Stored:
    """Where an ad with a changed picture is shown, and the picture that it showed before (empty: none)."""

    creative_id: int
    replaced: frozenset[str]


def store_picture(
    session: Session,
    actor: Actor,
    files: KeptPictures,
    ad_id: int,
    picture: Picture | None,
    alt: str,
    *,
    at: datetime,
) -> Stored:
    """Show a picture with an ad from now on, or, without one, describe anew the picture that it has.

    `alt` says what the picture shows and what is written in it, for whoever cannot see it.

    Raises:
        Invalid: no picture is given and none is there, or it is not described.
    """
    PERMISSIONS.require(actor, Permission.PICTURE)
    ad = ad_held(session, ad_id)
    alt = " ".join(alt.split())[:LONGEST_ALT]
    errors = {}
    if picture is None and not ad.image:
        errors["picture"] = _("Choose a picture.")
    if len(alt) < SHORTEST_ALT:
        errors["picture_alt"] = _("Say what the picture shows, and what is written in it.")
    if errors:
        raise Invalid(_("The picture cannot be stored so."), fields=errors)
    before = ad.image
    if picture is not None:
        ad.image = files.keep(picture.data)
    ad.image_alt = alt
    return _kept(session, actor, ad, before, "stored an ad's picture", at=at)


def drop_picture(session: Session, actor: Actor, ad_id: int, *, at: datetime) -> Stored:
    """Show an ad without picture. Raises `Conflict` where it has none."""
    PERMISSIONS.require(actor, Permission.PICTURE)
    ad = ad_held(session, ad_id)
    if not ad.image:
        raise Conflict(_("This ad has no stored picture."))
    before, ad.image, ad.image_alt = ad.image, "", ""
    return _kept(session, actor, ad, before, "removed an ad's picture", at=at)


def _kept(session: Session, actor: Actor, ad: Ad, before: str, action: str, *, at: datetime) -> Stored:
    ad.updated_at = at
    session.flush()
    note(session, actor, action, at=at, subject=f"ad {ad.id}", ad_id=ad.id, picture=ad.image)
    replaced = {before} - {"", ad.image}
    return Stored(ad.creative_id or 0, frozenset(replaced))
