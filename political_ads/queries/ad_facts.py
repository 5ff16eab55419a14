"""What models read of creatives beside their words."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from political_ads.core.classifier.facts import AdFacts, facts_of, facts_of_text
from political_ads.models import Ad, Creative

_AT_ONCE = 500  # ids in one condition
_READ = (
    Ad.platform,
    Ad.language,
    Ad.call_to_action,
    Ad.link_caption,
    Ad.landing_url,
    Ad.page_name,
    Ad.paid_for_by,
    Ad.currency,
    Ad.spend_low,
    Ad.spend_high,
    Ad.impressions_low,
    Ad.impressions_high,
    Ad.started_at,
    Ad.ended_at,
    Ad.targeting,
)


def facts_of_creatives(session: Session, texts: Mapping[int, str]) -> dict[int, AdFacts]:
    """Return the facts of creatives (id → the words that a model reads), as the ad states them that is shown for the group.

    It is always the same one of the group's ads. Of a creative without one, its words' length is all that is known.
    """
    found = {creative_id: facts_of_text(text) for creative_id, text in texts.items()}
    ids = sorted(texts)
    for start in range(0, len(ids), _AT_ONCE):
        query = select(Creative.id, Ad).join(Ad, Ad.id == Creative.ad_id).options(load_only(*_READ))
        for row in session.execute(query.where(Creative.id.in_(ids[start : start + _AT_ONCE]))):
            found[row.id] = facts_of(row.Ad, texts[row.id])
    return found
