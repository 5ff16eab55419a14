"""Opening questionnaires and campaigns, filling them with creatives, and moving them through their life."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, Invalid
from common.i18n import gettext as _
from political_ads.actions.log import note
from political_ads.actions.webhooks import announce
from political_ads.models import Campaign, Creative, Item, Lease, QuestionnaireVersion
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.campaigns import (
    creative_ids,
    newest_version,
    outside,
    progress_of,
    rules_of,
)
from political_ads.queries.filling import drawn_creatives
from political_ads.schemas import Audience, Query, Questionnaire, Rules

PART = 5_000  # items put in with one statement
SHUFFLES = 2**31  # numbers of the random order
MOVES: dict[str, tuple[str, ...]] = {  # a state, and those that it can be reached from
    "open": ("draft", "paused", "closed"),
    "paused": ("open",),
    "closed": ("open", "paused"),
}


@dataclass(frozen=True)
class CampaignForm:
    """What a coordinator says of a campaign. Texts are language → words."""

    slug: str
    title: Mapping[str, str]
    questionnaire_id: int
    about: Mapping[str, str] = field(default_factory=dict)
    query: Query = field(default_factory=Query)
    rules: Rules = field(default_factory=Rules)
    audience: Audience = Audience.EVERYBODY
    languages: Sequence[str] = ()
    results_public: bool = True
    licence: str = "CC-BY-4.0"
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def digest_of(questionnaire: Questionnaire) -> str:
    """Return the SHA-256 of a questionnaire's canonical form: keys in order, nothing left out."""
    content = orjson.dumps(questionnaire.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content).hexdigest()


def keep_questionnaire(
    session: Session, actor: Actor, questionnaire: Questionnaire, *, at: datetime
) -> QuestionnaireVersion:
    """Keep a questionnaire as a new version; the newest one where nothing changed."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    newest, digest = newest_version(session, questionnaire.key), digest_of(questionnaire)
    if newest and newest.digest == digest:
        return newest
    kept = QuestionnaireVersion(
        key=questionnaire.key,
        version=newest.version + 1 if newest else 1,
        content=questionnaire.model_dump(mode="json"),
        digest=digest,
        by_name=actor.name,
        at=at,
    )
    session.add(kept)
    session.flush()
    note(session, actor, "questionnaire_kept", at=at, subject=f"{kept.key} {kept.version}")
    return kept


def create_campaign(session: Session, actor: Actor, form: CampaignForm, *, at: datetime) -> Campaign:
    """Open a campaign as a draft; `fill_campaign` gives it its creatives. Raises `Invalid` where the form is not right."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    _check(session, form, None)
    campaign = Campaign(
        **_columns(form), by_id=actor.person_id, by_name=actor.name, created_at=at, updated_at=at
    )
    session.add(campaign)
    session.flush()
    note(session, actor, "campaign_created", at=at, campaign_id=campaign.id, subject=campaign.slug)
    return campaign


def change_campaign(
    session: Session, actor: Actor, campaign: Campaign, form: CampaignForm, *, at: datetime
) -> None:
    """Change a campaign. New rules hold for what is open; what was retired stays so. Old answers keep their questionnaire."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    _check(session, form, campaign)
    grown = form.rules.at_most - rules_of(campaign).at_most
    before = {name: getattr(campaign, name) for name in _columns(form)}
    for name, value in _columns(form).items():
        setattr(campaign, name, value)
    campaign.updated_at = at
    if grown:
        session.execute(
            update(Item)
            .where(Item.campaign_id == campaign.id, Item.state == "open")
            .values(free=Item.free + grown)
        )
    changed = sorted(name for name, value in before.items() if getattr(campaign, name) != value)
    note(
        session,
        actor,
        "campaign_changed",
        at=at,
        campaign_id=campaign.id,
        subject=campaign.slug,
        changed=changed,
    )


def fill_campaign(
    session: Session, actor: Actor, campaign: Campaign, *, at: datetime, rng: np.random.Generator
) -> int:
    """Put in the creatives that the campaign's query finds and that are not in it yet; return how many came.

    A group to which one of the campaign's was joined counts as in it: its text is the same. A sample is drawn uniformly, and
    once: filling again tops it up to its size, never beyond. `service.filling.fill_in_parts` does it in many transactions.
    """
    PERMISSIONS.require(actor, Permission.MANAGE)
    drawn = drawn_creatives(session, campaign, rng)
    added = sum(put_in(session, actor, campaign, *part, rng=rng) for part in parts_of(drawn))
    note_filled(session, actor, campaign, added, at=at)
    return added


def parts_of(drawn: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], range]]:
    """Cut what was drawn into parts that go in with one statement each, each with its stretch of the random order.

    The parts' own order is random, so their stretches may follow each other: the order stays uniform, and the databases' indexes
    of it grow at their end.
    """
    many = max(1, len(drawn))
    for start in range(0, len(drawn), PART):
        part = drawn[start : start + PART]
        yield part, range(SHUFFLES * start // many, SHUFFLES * (start + len(part)) // many)


def put_in(
    session: Session,
    actor: Actor,
    campaign: Campaign,
    drawn: NDArray[np.int64],
    stretch: range,
    *,
    rng: np.random.Generator,
) -> int:
    """Put some creatives in, by their ids: those that the query still takes and that did not come in meanwhile. Return how many.

    `stretch`: the numbers of the campaign's random order that theirs are drawn from.
    """
    PERMISSIONS.require(actor, Permission.MANAGE)
    query = creative_ids(Query.model_validate(campaign.query)).where(outside(campaign.id))
    found = session.execute(query.where(Creative.id.in_(drawn.tolist())).order_by(Creative.id)).all()
    free = rules_of(campaign).at_most
    rows = [
        {
            "campaign_id": campaign.id,
            "creative_id": creative_id,
            "language": language,
            "shuffle": int(shuffle),
            "free": free,
        }
        for (creative_id, language), shuffle in zip(
            found, rng.integers(stretch.start, stretch.stop, size=len(found)), strict=True
        )
    ]
    if rows:
        session.execute(insert(Item), rows)
    return len(rows)


def note_filled(session: Session, actor: Actor, campaign: Campaign, added: int, *, at: datetime) -> None:
    """Write down that a campaign was filled."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    campaign.updated_at = at
    note(
        session,
        actor,
        "campaign_filled",
        at=at,
        campaign_id=campaign.id,
        subject=campaign.slug,
        added=added,
    )


def move_campaign(
    session: Session, actor: Actor, campaign: Campaign, state: str, *, at: datetime, reason: str = ""
) -> None:
    """Open, pause or close a campaign. Raises `Conflict` where that is not possible from where it is."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    if campaign.state not in MOVES.get(state, ()):
        raise Conflict(
            _("This campaign cannot be changed in that way now. Reload the page to see where it stands.")
        )
    if state == "open" and not progress_of(session, campaign.id).items:
        raise Invalid(_("This campaign has no creatives yet. Choose some, then open it."))
    campaign.state, campaign.updated_at = state, at
    if state == "closed":
        announce(session, campaign.id, "campaign.closed", {"campaign": campaign.slug}, at=at)
    note(
        session,
        actor,
        f"campaign_{state}",
        at=at,
        campaign_id=campaign.id,
        subject=campaign.slug,
        comment=reason,
    )


def delete_draft(session: Session, actor: Actor, campaign: Campaign, *, at: datetime) -> None:
    """Delete a campaign that nobody has answered in."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    held = session.scalars(select(Lease.id).where(Lease.campaign_id == campaign.id).limit(1)).first()
    if campaign.state != "draft" or held is not None:
        raise Conflict(
            _("Volunteers have worked on this campaign. Close it instead: nothing of theirs is deleted.")
        )
    note(session, actor, "campaign_deleted", at=at, subject=campaign.slug)
    session.delete(campaign)


def _columns(form: CampaignForm) -> dict[str, Any]:
    return {
        "slug": form.slug,
        "title": dict(form.title),
        "about": dict(form.about),
        "questionnaire_id": form.questionnaire_id,
        "query": form.query.model_dump(mode="json"),
        "rules": form.rules.model_dump(mode="json"),
        "audience": form.audience.value,
        "languages": list(form.languages),
        "results_public": form.results_public,
        "licence": form.licence,
        "starts_at": form.starts_at,
        "ends_at": form.ends_at,
    }


def _check(session: Session, form: CampaignForm, campaign: Campaign | None) -> None:
    problems: dict[str, str] = {}
    if not any(words.strip() for words in form.title.values()):
        problems["title"] = _("Give the campaign a title in one language at least.")
    same = session.scalars(select(Campaign.id).where(Campaign.slug == form.slug)).first()
    if same is not None and (campaign is None or same != campaign.id):
        problems["slug"] = _("Another campaign has this address. Choose another one.")
    if form.starts_at and form.ends_at and form.ends_at <= form.starts_at:
        problems["ends_at"] = _("The end must come after the start.")
    if session.get(QuestionnaireVersion, form.questionnaire_id) is None:
        problems["questionnaire"] = _("Choose a questionnaire.")
    if problems:
        raise Invalid(_("Some of this needs another look."), fields=problems)
