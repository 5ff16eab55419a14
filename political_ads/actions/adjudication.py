"""Reviewers decide where volunteers could not, or where a reader contested; and look at what volunteers flagged.

A decision is not an estimate: the labels that it writes have the method "adjudicated" and all their probability on what was decided,
with the volunteers' votes kept beside it. While it stands, the creative's answers tell nothing about contributors: they are taken out
of what is known of them, and come back when the decision is set aside.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, Invalid, NotFound
from common.i18n import gettext as _
from political_ads.actions.log import note
from political_ads.actions.tallying import (
    Tally,
    ballot_of,
    keep_labels,
    keep_skills,
    open_tally,
    settle,
    versions_of,
)
from political_ads.actions.telling import tell_flags
from political_ads.actions.webhooks import announce_label
from political_ads.core.labels import LabelValue
from political_ads.core.questionnaires import Asked, validate_answer, votes_of
from political_ads.core.recount import recount
from political_ads.core.stored import stored
from political_ads.models import Adjudication, Campaign, Creative, Item, Label
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.campaigns import rules_of
from political_ads.queries.labels import labels_of, pool_of, posteriors_of, skills_of
from political_ads.queries.questionnaires import version_of
from political_ads.queries.review import adjudications_of
from political_ads.schemas import Flag, Value

ADJUDICATED = "adjudicated"
ROUNDING = 1e-5  # labels keep six digits of a posterior: what is left under this was never said
MOST_WORDS = 2_000  # characters of a reason
SETTLEMENTS = ("warn", "unwarn", "withdraw", "nothing")  # what can be done about flags


def adjudicate(
    session: Session,
    actor: Actor,
    item_id: int,
    decided: Mapping[str, Value],
    disputed: bool,  # noqa: FBT001 - agreed with those who call it
    reason: str,
    *,
    at: datetime,
) -> Adjudication:
    """Decide a creative's labels, or say that it stays disputed (then nothing is decided). An earlier decision is kept, and replaced.

    Shares of soft questions are never replaced by a decision. Raises `Invalid` with a sentence for each field, `Conflict` where the
    creative is gold or not in its campaign any more.
    """
    PERMISSIONS.require(actor, Permission.ADJUDICATE)
    tally, item = _opened(session, item_id)
    kept = _checked(session, tally, item, decided, disputed=disputed, reason=reason)
    was_public = item.state != "adjudicate"
    if item.state == ADJUDICATED:  # an earlier decision makes place for what the answers said
        _put_back(session, tally, item, at=at)
        tally, item = _opened(session, item_id)
    _take_out(session, tally, item, at=at)
    adjudication = Adjudication(
        item_id=item.id,
        decided=stored(kept),
        disputed=disputed,
        reason=reason.strip(),
        by_id=actor.person_id,
        by_name=actor.name,
        at=at,
    )
    session.add(adjudication)
    _write_labels(session, tally, item, kept, disputed=disputed, at=at)
    item.state, item.disputed, item.retired_at = ADJUDICATED, disputed, at
    session.flush()
    _note(session, actor, "adjudicated", item, at=at, comment=reason.strip(), disputed=disputed)
    announce_label(session, tally.campaign, item, "label.changed" if was_public else "label.published", at=at)
    if not disputed:
        tell_flags(session, tally.campaign, {item.creative_id: labels_of(session, [item.id])[item.id]}, at=at)
    return adjudication


def reopen(session: Session, actor: Actor, item_id: int, reason: str, *, at: datetime) -> None:
    """Set a decision aside: the creative waits for reviewers again, with the labels that its answers give. The decision stays on record."""
    PERMISSIONS.require(actor, Permission.ADJUDICATE)
    tally, item = _opened(session, item_id)
    if item.state != ADJUDICATED or not adjudications_of(session, item.id):
        raise Conflict(_("No decision stands on this ad."))
    if not reason.strip():
        raise Invalid(_("Some of this needs another look."), fields={"reason": _("Say why, in a sentence.")})
    _put_back(session, tally, item, at=at)
    _note(session, actor, "adjudication_set_aside", item, at=at, comment=reason.strip())


def settle_flags(
    session: Session, actor: Actor, item_id: int, what: str, reason: str, *, at: datetime
) -> None:
    """Settle what volunteers flagged: show the creative behind a warning, or not; take it out of the campaign; or leave it as it is."""
    PERMISSIONS.require(actor, Permission.ADJUDICATE)
    if what not in SETTLEMENTS:
        raise Invalid(_("Some of this needs another look."), fields={"what": _("Choose what is to be done.")})
    item = session.get(Item, item_id, with_for_update=True)
    if item is None:
        raise NotFound(_("There is no such ad in a campaign."))
    creative = session.get_one(Creative, item.creative_id)
    if what == "warn":
        creative.warning = Flag.OFFENSIVE.value
    elif what == "unwarn":
        creative.warning = ""
    elif what == "withdraw":
        if item.gold:
            raise Conflict(_("This ad is gold. A coordinator can drop it from the gold."))
        item.state, item.retired_at = "withdrawn", at
    session.flush()
    _note(session, actor, "flags_settled", item, at=at, comment=reason.strip(), what=what)


def _opened(session: Session, item_id: int) -> tuple[Tally, Item]:
    """Lock an item with its answers."""
    found = session.get(Item, item_id)
    if found is None:
        raise NotFound(_("There is no such ad in a campaign."))
    if found.gold or found.state == "withdrawn":
        raise Conflict(_("This ad is gold, or not in the campaign any more: there is nothing to decide."))
    campaign = session.get_one(Campaign, found.campaign_id)
    version = version_of(session, campaign.questionnaire_id)
    if version is None:
        raise NotFound(_("This campaign has no questionnaire."))
    tally = open_tally(session, campaign, version, rules_of(campaign), [item_id])
    return tally, tally.items[item_id]


def _checked(
    session: Session, tally: Tally, item: Item, decided: Mapping[str, Value], *, disputed: bool, reason: str
) -> dict[str, Value]:
    problems: dict[str, str] = {}
    if not reason.strip():
        problems["reason"] = _("Say why, in a sentence: the decision is published with its reason.")
    elif len(reason) > MOST_WORDS:
        problems["reason"] = _("Please keep to %(most)s characters.") % {"most": MOST_WORDS}
    kept: dict[str, Value] = {}
    if not disputed:
        text = session.get_one(Creative, item.creative_id).text
        try:
            kept = validate_answer(tally.version.content, decided, text_length=len(text))
        except Invalid as problem:
            problems.update({f"answer.{key}": words for key, words in problem.fields.items()})
    if problems:
        raise Invalid(_("Some of this needs another look."), fields=problems)
    return kept


def _put_back(session: Session, tally: Tally, item: Item, *, at: datetime) -> None:
    """Let a decided item wait again, with the labels that its answers give and the words that were marked."""
    item.state, item.disputed = "adjudicate", False
    tally.before = frozenset()  # its answers were taken out when it was decided
    tally.touched.add(item.id)
    marked: dict[str, list[list[int]]] = {}
    for label in labels_of(session, [item.id])[item.id].values():
        marked[label.question] = label.spans
        session.delete(label)
    session.flush()
    settle(session, tally, at=at)
    for label in labels_of(session, [item.id])[item.id].values():
        label.spans = marked.get(label.question, [])
    session.flush()


def _take_out(session: Session, tally: Tally, item: Item, *, at: datetime) -> None:
    """Take the item's answers out of what is known of its contributors."""
    main = tally.version.asked[tally.version.content.main.key]
    answers = [answer for answer in tally.about(item.id) if answer.id in tally.before]
    versions = versions_of(session, tally.campaign, tally.version, answers)
    ballots = [
        replace(
            ballot_of(tally.version, versions[answer.questionnaire_id], answer, counted=True), counts=False
        )
        for answer in answers
    ]
    voters = {ballot.contributor for ballot in ballots}
    skills = skills_of(session, tally.campaign.id, voters, [main.key], lock=True)[main.key]
    before = posteriors_of(session, [item.id], main).get(item.id)
    found = recount(ballots, main, tally.rules, skills, pool_of(tally.campaign, main), before)
    left = {who: np.where(counts < ROUNDING, 0.0, counts) for who, counts in found.skills.items()}
    keep_skills(session, tally.campaign, main.key, left, at=at)


def _write_labels(
    session: Session, tally: Tally, item: Item, kept: Mapping[str, Value], *, disputed: bool, at: datetime
) -> None:
    known = labels_of(session, [item.id])[item.id]
    asked = tally.version.asked
    if disputed:
        main = asked[tally.version.content.main.key]
        labels = {main.key: _undecided(known.get(main.key), main)}
    else:
        votes = votes_of(tally.version.content, kept)
        labels = {
            name: _decided(known.get(name), asked[name], place)
            for name, place in votes.items()
            if not asked[name].soft
        }
    keep_labels(session, tally.campaign, {item.id: labels}, ADJUDICATED, at=at)


def _decided(label: Label | None, asked: Asked, place: int) -> LabelValue:
    posterior = {name: float(number == place) for number, name in enumerate(asked.classes)}
    return LabelValue(dict(label.votes) if label else {}, posterior, asked.classes[place], 1.0, 0.0)


def _undecided(label: Label | None, asked: Asked) -> LabelValue:
    """No label; the shares stay what the answers said (all the same where there were none)."""
    if label is None:
        k = len(asked.classes)
        return LabelValue({}, dict.fromkeys(asked.classes, 1 / k), "", 1 / k, 0.0)
    return LabelValue(dict(label.votes), dict(label.posterior), "", label.confidence, label.entropy)


def _note(
    session: Session, actor: Actor, action: str, item: Item, *, at: datetime, comment: str, **details: object
) -> None:
    note(
        session,
        actor,
        action,
        at=at,
        campaign_id=item.campaign_id,
        subject=str(item.id),
        comment=comment,
        creative_id=item.creative_id,
        **details,
    )
