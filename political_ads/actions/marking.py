"""What was marked, agreed on anew when somebody's answers are withdrawn: nobody's words stay after them until the next batch."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from political_ads.core.spans import agreed
from political_ads.models import Campaign
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.marks import marked_labels, marks_about, weights_in


def mark_again(session: Session, actor: Actor, campaign: Campaign, item_ids: Collection[int]) -> None:
    """Write what most of those whose answers still count marked in some items' texts, reviewers' decisions among them."""
    PERMISSIONS.require(actor, Permission.WITHDRAW)
    session.flush()
    labels = marked_labels(session, item_ids)
    if not labels:
        return
    weights = weights_in(session, campaign.id, {label.question for label in labels})
    found = agreed(marks_about(session, campaign, {label.item_id for label in labels}), weights)
    for label in labels:
        label.spans = found.get(label.item_id, {}).get(label.question, [])
    session.flush()
