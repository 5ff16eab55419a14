"""Taking answers: each stored once, counted where its creative has a place for it, and said back whether it was."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Invalid, TooMany
from common.i18n import gettext as _
from political_ads.actions.admission import Entrance
from political_ads.actions.gold_feedback import GoldFeedback, feedback_on, weigh
from political_ads.actions.tallying import Tally, settle, tally_of, warn_where_offensive
from political_ads.core.pace import believed_seconds, flag_of, least_seconds
from political_ads.core.questionnaires import kept_highlights, validate_answer
from political_ads.core.stored import stored
from political_ads.models import Answer, Gold, Lease, Participation
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.answers import golds_about, places_of
from political_ads.queries.questionnaires import Version, version_of
from political_ads.schemas import GivenAnswer, Value

WAIT_SECONDS = 60.0  # after too many answers in an hour


@dataclass(frozen=True)
class Outcome:
    """What became of one answer. `already`: it, or another one of the same person on the same creative, had been stored before.

    `counted`: it adds to a label (gold never does). `message`: one sentence, empty where nothing needs to be said. `fields`:
    question → what is wrong with its answer.
    """

    client_key: uuid.UUID
    item_id: int
    status: Literal["stored", "already", "refused"]
    message: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    answer_id: int | None = None
    counted: bool = False
    gold: GoldFeedback | None = None


@dataclass
class _Desk:
    """What is needed to take some answers of one contributor; everything is locked and read once, however many there are."""

    entrance: Entrance
    tally: Tally
    leases: dict[int, Lease]
    lengths: dict[int, int]  # characters of each item's text
    golds: dict[int, Gold]
    versions: dict[int, Version]
    at: datetime
    weighed: list[tuple[Answer, Gold, Version]] = field(default_factory=list)


def give_answers(
    session: Session, actor: Actor, entrance: Entrance, given: Sequence[GivenAnswer], *, at: datetime
) -> list[Outcome]:
    """Take a contributor's answers in their order; one that cannot be taken does not keep the others out.

    The time of an answer is the server's; the browser's clock is not asked. Whoever was given a creative may answer it, also after
    the lease ended: with a place left it counts, without one it is kept and does not.

    Raises:
        TooMany: more than the campaign takes of one person in an hour; nothing was stored.
    """
    PERMISSIONS.require(actor, Permission.LABEL)
    desk = _sit_down(session, entrance, given, at)
    with session.no_autoflush:  # everything is written in one go
        outcomes = [_take(session, desk, one) for one in given]
        warn_where_offensive(session, desk.tally)
        settle(session, desk.tally, at=at)
        for answer, gold, version in desk.weighed:
            weigh(session, entrance.campaign, entrance.participation, answer, gold, version, at=at)
        _flag(entrance.participation)
    session.flush()
    ids = {answer.client_key: answer.id for answer in desk.tally.answers}
    return [_numbered(outcome, ids) for outcome in outcomes]


def _sit_down(session: Session, entrance: Entrance, given: Sequence[GivenAnswer], at: datetime) -> _Desk:
    wanted = {one.item_id for one in given}
    keys = [one.client_key for one in given]
    places, lately = places_of(session, entrance.campaign.id, entrance.contributor.id, wanted, at=at)
    if lately >= entrance.rules.per_hour:
        raise TooMany(
            _(
                "You have answered very many in this hour. What you gave is kept; please go on a little later."
            ),
            retry_after=WAIT_SECONDS,
        )
    items = [place.item for place in places]
    tally = tally_of(session, entrance.campaign, entrance.version, entrance.rules, items, keys=keys)
    golds = [item.id for item in tally.items.values() if item.gold]
    versions = {entrance.campaign.questionnaire_id: entrance.version}
    for other in {one.questionnaire_id for one in given if one.questionnaire_id} - set(versions):
        found = version_of(session, other)
        if found is not None and found.key == entrance.version.key:
            versions[other] = found
    return _Desk(
        entrance,
        tally,
        {place.item.id: place.lease for place in places},
        {place.item.id: place.length for place in places},
        golds_about(session, golds) if golds else {},
        versions,
        at,
    )


def _take(session: Session, desk: _Desk, given: GivenAnswer) -> Outcome:
    me = desk.entrance.contributor.id
    known = _known(desk, given)
    if known is not None:
        return known if known.status == "refused" else _with_gold(desk, known, given.item_id)
    lease = desk.leases.get(given.item_id)
    if given.item_id not in desk.tally.items or lease is None:
        return _refused(given, _("This creative was not given to you, so the answer cannot be taken."))
    questionnaire_id = given.questionnaire_id or desk.entrance.campaign.questionnaire_id
    version = desk.versions.get(questionnaire_id)
    if version is None:
        return _refused(given, _("This answer belongs to another questionnaire. Reload the page."))
    try:
        said = _said(desk, given, version)
    except Invalid as error:
        return _refused(given, error.message, error.fields)
    gold = desk.golds.get(given.item_id)
    first = _own(desk, given.item_id) if gold else None
    if gold and first:
        return _gold_again(desk, given, gold, first, version, said)
    answer = _row(desk, given, questionnaire_id)
    if answer.id is None:
        answer.contributor_id = me
        session.add(answer)
        desk.tally.answers.append(answer)
    answer.answers = stored(said)
    answer.highlights = [
        mark.model_dump() for mark in kept_highlights(version.content, said, given.highlights)
    ]
    _place(desk, answer, lease)
    _note_pace(desk, answer, lease, given.seconds)
    if gold:
        desk.weighed.append((answer, gold, version))
    desk.tally.touched.add(given.item_id)
    late = _("It came late, when this creative had enough answers: it is kept, and does not count.")
    return Outcome(
        given.client_key,
        given.item_id,
        "stored",
        message="" if answer.counted or gold else late,
        counted=answer.counted and gold is None,
        gold=feedback_on(gold, said, version) if gold else None,
    )


def _own(desk: _Desk, item_id: int) -> Answer | None:
    """Return what the contributor said of a creative before, under whatever version of the questionnaire."""
    me = desk.entrance.contributor.id
    return next((answer for answer in desk.tally.about(item_id) if answer.contributor_id == me), None)


def _gold_again(
    desk: _Desk, given: GivenAnswer, gold: Gold, first: Answer, version: Version, said: Mapping[str, Value]
) -> Outcome:
    """Take an answer to gold that was taken back before: what is right has been said, so the first answer stands."""
    first.client_key, first.undone_at = given.client_key, None
    desk.leases[given.item_id].state = "answered"
    desk.entrance.participation.given += 1
    desk.entrance.participation.last_at = desk.at
    return Outcome(given.client_key, given.item_id, "stored", gold=feedback_on(gold, said, version))


def _known(desk: _Desk, given: GivenAnswer) -> Outcome | None:
    """Return the outcome of an answer that was stored before: sent twice, or given in two windows."""
    me = desk.entrance.contributor.id
    for answer in desk.tally.answers:
        same_key = answer.client_key == given.client_key
        mine = answer.contributor_id == me
        if same_key and not (mine and answer.item_id == given.item_id):
            return _refused(given, _("This answer's key was used before. Reload the page."))
        if not mine or answer.item_id != given.item_id:
            continue
        if answer.withdrawn_at is not None:
            return _refused(
                given, _("A coordinator withdrew your answers, so this ad is not asked of you again.")
            )
        standing = answer.undone_at is None
        if same_key or standing:
            message = "" if same_key else _("You had already answered this one; your first answer stands.")
            counted = answer.counted and standing and answer.item_id not in desk.golds
            return Outcome(
                given.client_key, given.item_id, "already", message, answer_id=answer.id, counted=counted
            )
    return None


def _with_gold(desk: _Desk, outcome: Outcome, item_id: int) -> Outcome:
    gold = desk.golds.get(item_id)
    answer = next((one for one in desk.tally.answers if one.id == outcome.answer_id), None)
    version = desk.versions.get(answer.questionnaire_id) if answer else None
    if gold is None or answer is None or version is None:
        return outcome
    return Outcome(
        outcome.client_key,
        item_id,
        outcome.status,
        outcome.message,
        answer_id=outcome.answer_id,
        gold=feedback_on(gold, answer.answers, version),
    )


def _said(desk: _Desk, given: GivenAnswer, version: Version) -> dict[str, Value]:
    if not given.answers and given.flag:
        return {}  # it could not be labelled, and says why
    return validate_answer(
        version.content, given.answers, given.highlights, text_length=desk.lengths[given.item_id]
    )


def _row(desk: _Desk, given: GivenAnswer, questionnaire_id: int) -> Answer:
    """Return the row for an answer: a new one, or that of the answer which was taken back."""
    me = desk.entrance.contributor.id
    undone = (
        answer
        for answer in desk.tally.about(given.item_id)
        if answer.contributor_id == me and answer.questionnaire_id == questionnaire_id
    )
    answer = next(undone, None) or Answer(
        campaign_id=desk.entrance.campaign.id, item_id=given.item_id, questionnaire_id=questionnaire_id
    )
    answer.client_key, answer.at, answer.undone_at = given.client_key, desk.at, None
    answer.flag, answer.comment = given.flag.value if given.flag else "", given.comment.strip()
    return answer


def _place(desk: _Desk, answer: Answer, lease: Lease) -> None:
    """Let an answer take the place that its lease holds; after the lease ended, a place that is left, if one is."""
    item = desk.tally.items[answer.item_id]
    answer.drawn = lease.drawn
    if item.gold or lease.state == "held":
        answer.counted = True
    else:
        answer.counted = item.state == "open" and item.free > 0
        item.free -= answer.counted
    lease.state = "answered"


def _note_pace(desk: _Desk, answer: Answer, lease: Lease, said: float) -> None:
    """Note how long it took, and whether anybody could have looked at the creative in that time."""
    since = (desk.at - lease.at).total_seconds()
    answer.seconds = believed_seconds(said or since, since)
    participation = desk.entrance.participation
    participation.given += 1
    participation.last_at = desk.at
    participation.fast += answer.seconds < least_seconds(desk.lengths[answer.item_id])


def _flag(participation: Participation) -> None:
    one = participation
    one.flagged = one.flagged or flag_of(one.given, one.fast, one.gold_seen, one.gold_right)


def _refused(given: GivenAnswer, message: str, fields: Mapping[str, str] | None = None) -> Outcome:
    return Outcome(given.client_key, given.item_id, "refused", message, dict(fields or {}))


def _numbered(outcome: Outcome, ids: Mapping[uuid.UUID, int]) -> Outcome:
    if outcome.status != "stored":
        return outcome
    return replace(outcome, answer_id=ids[outcome.client_key])
