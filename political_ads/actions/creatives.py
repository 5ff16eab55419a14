"""Groups of ads: placed by likeness, split and joined by hand, with a history in which each step can be undone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, Invalid
from common.i18n import gettext as _
from political_ads.actions.joined_items import restore_items, withdraw_doubles
from political_ads.actions.log import note
from political_ads.actions.placing import Placed, bands_of, founder, place, put_bands, resum
from political_ads.core.similarity import pin
from political_ads.models import Ad, Band, Creative, CreativeMove
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.creatives import (
    ads_with,
    creative_of,
    in_parts,
    key_of,
    move_of,
    text_hashes,
    undoing,
)

LONGEST_REASON = 500
SPLIT, JOIN, UNDO = "split", "join", "undo"

__all__ = ["JOIN", "SPLIT", "UNDO", "Placed", "join", "place", "split", "undo_move"]


@dataclass(frozen=True)
class _Step:
    """What is written into the history besides the groups and the ads."""

    kind: str
    reason: str
    at: datetime
    undoes: int | None = None


def split(
    session: Session, actor: Actor, creative_id: int, ad_ids: Collection[int], reason: str, *, at: datetime
) -> Creative:
    """Make a creative of its own of some ads of a group, and return it.

    The ad that stands for the group stays where it is, since answers were given to its text: where it is among those named,
    the others leave. Answers and labels stay with the group. The new creative is in no campaign until a coordinator puts it
    there. A text of which every ad left goes to the new creative from now on, at each later import too.

    Raises:
        Conflict: the group changed meanwhile, or was joined to another.
        Invalid: no reason, no ad, or all of them.
    """
    PERMISSIONS.require(actor, Permission.GROUP)
    reason = _checked(reason)
    group = _held(session, actor, creative_id)
    named = set(ad_ids)
    if not named or len(ads_with(session, group.id, named)) != len(named):
        raise Invalid(_("Tick the ads that do not belong here. They must be ads of this group."))
    if group.ad_id in named:
        named = _all_ads(session, group.id) - named
    if not named:
        raise Invalid(_("Leave at least one ad: a group cannot be split into everything and nothing."))
    leaving = sorted(ads_with(session, group.id, named), key=lambda ad: ad.id)
    made = _found(session, leaving[0], at=at)
    _move(session, leaving, made.id)
    _pin_texts(session, group, made, leaving)
    _refresh(session, group, made)
    _keep(session, actor, group.id, made.id, [ad.id for ad in leaving], _Step(SPLIT, reason, at))
    return made


def join(
    session: Session, actor: Actor, from_id: int, into_id: int, reason: str, *, at: datetime
) -> Creative:
    """Put all ads of one group into another, and return that one; the first stays as an empty one that leads there.

    Where both are in a campaign, the one that is further (finished, else with more answers) stays in it; the other is withdrawn
    from it. Answers stay with the text that they were given to. Whoever was given the withdrawn one is not given the other.
    Later ads with a text of the first go to the second.

    Raises:
        Conflict: one of them was joined to another meanwhile.
        Invalid: no reason, or both are one.
    """
    PERMISSIONS.require(actor, Permission.GROUP)
    reason = _checked(reason)
    if from_id == into_id:
        raise Invalid(_("A group cannot be joined to itself. Choose another one."))
    first, second = sorted(
        (from_id, into_id)
    )  # always held in this order, so that two joins cannot wait for each other
    held = {one: _held(session, actor, one) for one in (first, second)}
    move = _merge(session, actor, held[from_id], held[into_id], _Step(JOIN, reason, at))
    withdraw_doubles(session, actor, move, at=at)
    return held[into_id]


def undo_move(session: Session, actor: Actor, move_id: int, *, at: datetime) -> Creative:
    """Take back a split or a join, and return the group in which the ads are now. The undoing stands in the history.

    A split is taken back with all that came to the new creative since. Of a join, the ads that were moved go back, with those
    items of campaigns that nobody has touched since.

    Raises:
        Conflict: it was undone before, or one of the groups was joined to another since.
    """
    PERMISSIONS.require(actor, Permission.GROUP)
    move = move_of(session, move_id)
    if move.kind == UNDO or undoing(session, [move.id]):
        raise Conflict(_("This step was undone before, or is an undoing itself. Split or join anew."))
    step = _Step(UNDO, _("Undoes step %(number)s") % {"number": move.id}, at, move.id)
    if move.kind == SPLIT:
        made, group = _held(session, actor, move.to_id), _held(session, actor, move.from_id)
        undo = _merge(session, actor, made, group, step)
        withdraw_doubles(session, actor, undo, at=at)
        return group
    return _part_again(session, actor, move, step)


def _part_again(session: Session, actor: Actor, move: CreativeMove, step: _Step) -> Creative:
    into = _held(session, actor, move.to_id)
    former = creative_of(session, actor, move.from_id)
    if former.merged_into != into.id:
        raise Conflict(_("These groups were changed again since. Undo the later step first."))
    back = ads_with(session, into.id, move.ads)
    if not back or len(back) == into.ads:
        raise Conflict(_("The ads of this step were moved again since. Undo the later step first."))
    _move(session, back, former.id)
    former.merged_into = None
    session.flush()
    _refresh(session, into, former)
    _keep(session, actor, into.id, former.id, [ad.id for ad in back], step)
    restore_items(session, actor, move, at=step.at)
    return former


def _merge(session: Session, actor: Actor, source: Creative, target: Creative, step: _Step) -> CreativeMove:
    ad_ids = sorted(_all_ads(session, source.id))
    for part in in_parts(ad_ids):
        session.execute(update(Ad).where(Ad.id.in_(part)).values(creative_id=target.id))
    source.merged_into = target.id
    source.ads = 0
    session.flush()
    _refresh(session, target)
    return _keep(session, actor, source.id, target.id, ad_ids, step)


def _found(session: Session, ad: Ad, *, at: datetime) -> Creative:
    """Make the creative of ads that left a group, to be found by the text of the first of them."""
    key = key_of(ad)
    made = Creative(**founder(ad, key, at=at))
    session.add(made)
    session.flush()
    if key.near:
        put_bands(session, [(band, made.id) for band in bands_of(key.words)])
    return made


def _move(session: Session, ads: Collection[Ad], creative_id: int) -> None:
    for ad in ads:
        ad.creative_id = creative_id
    session.flush()


def _pin_texts(session: Session, group: Creative, made: Creative, left: Collection[Ad]) -> None:
    """Let the texts of which nothing stayed in the group lead to the new creative."""
    staying = text_hashes(session, group.id) | {group.text_hash}
    gone = {pin(key_of(ad).hash) for ad in left if key_of(ad).hash not in staying}
    for part in in_parts(gone):
        session.execute(delete(Band).where(Band.band.in_(part)))
    put_bands(session, [(each, made.id) for each in gone])


def _all_ads(session: Session, creative_id: int) -> set[int]:
    return set(session.scalars(select(Ad.id).where(Ad.creative_id == creative_id)))


def _held(session: Session, actor: Actor, creative_id: int) -> Creative:
    """Return a creative that nobody else changes until this transaction ends."""
    creative_of(session, actor, creative_id)
    creative = session.get_one(Creative, creative_id, with_for_update=True, populate_existing=True)
    if creative.merged_into is not None:
        raise Conflict(_("This group was joined to another one meanwhile. Open that one instead."))
    return creative


def _refresh(session: Session, *creatives: Creative) -> None:
    resum(session, [creative.id for creative in creatives])
    for creative in creatives:
        session.refresh(creative)


def _keep(
    session: Session, actor: Actor, from_id: int, to_id: int, ad_ids: list[int], step: _Step
) -> CreativeMove:
    move = CreativeMove(
        kind=step.kind,
        from_id=from_id,
        to_id=to_id,
        ads=ad_ids,
        reason=step.reason,
        undoes_id=step.undoes,
        by_id=actor.person_id,
        by_name=actor.name,
        at=step.at,
    )
    session.add(move)
    session.flush()
    note(
        session,
        actor,
        f"creative_{step.kind}",
        at=step.at,
        subject=f"{from_id} → {to_id}",
        comment=step.reason,
        move=move.id,
        ads=len(ad_ids),
    )
    return move


def _checked(reason: str) -> str:
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        message = _("Say why, in a few words: it stands in the group’s history.")
        raise Invalid(message, fields={"reason": message})
    return reason
