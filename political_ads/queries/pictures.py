"""Ads with their pictures."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.errors import NotFound
from common.i18n import gettext as _
from political_ads.models import Ad


def ad_held(session: Session, ad_id: int) -> Ad:
    """Return an ad with all its fields, that nobody else changes until this transaction ends. Raises `NotFound`."""
    query = select(Ad).where(Ad.id == ad_id).with_for_update()
    ad = session.scalars(query).one_or_none()
    if ad is None:
        raise NotFound(_("There is no ad with this number."))
    return ad
