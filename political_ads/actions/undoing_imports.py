"""An import taken out again: its ads, and the creatives that become empty by it, as long as nobody has worked on them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict
from common.i18n import gettext as _
from common.i18n import ngettext
from common.jobs import Job, enqueue
from political_ads.actions.imports import UNFINISHED
from political_ads.actions.log import note
from political_ads.actions.placing import bands_of, founder, put_bands, resum
from political_ads.actions.storing import one_at_a_time
from political_ads.core.similarity import pin
from political_ads.models import Ad, Advertiser, Band, Creative, CreativeMove, Import, Item
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.creatives import in_parts, key_of, text_hashes
from political_ads.queries.imports import job_of
from political_ads.queries.undoing import (
    BroughtAd,
    creatives_held,
    oldest_ads,
    shells_of,
    totals_brought,
    worked_on_among,
    worked_on_of,
)

UNDO = "political_ads.undo_import"
UNDOABLE = (
    "applied",
    "paused",
    "cancelled",
    "failed",
    "undoing",
)  # "undoing": one that was interrupted goes on


@dataclass(frozen=True)
class TakenOut:
    """What became of some ads. `kept`: ads about which somebody answered meanwhile; they stay."""

    ads: int = 0
    creatives: int = 0
    kept: int = 0

    def __add__(self, other: "TakenOut") -> "TakenOut":
        return TakenOut(self.ads + other.ads, self.creatives + other.creatives, self.kept + other.kept)


def start_undo(session: Session, actor: Actor, record: Import, *, locale: str, at: datetime) -> Job:
    """Have an import taken out, as a job.

    Raises:
        Conflict: nothing of it is stored, something is going on with it, or people have worked on its ads.
    """
    PERMISSIONS.require(actor, Permission.IMPORT)
    going = job_of(session, record)
    if going is not None and going.state in UNFINISHED:
        raise Conflict(_("Something is going on with this import. Wait until it is over, or stop it first."))
    if record.state not in UNDOABLE or not record.parts:
        raise Conflict(_("Nothing of this import is stored."))
    if worked := worked_on_of(session, actor, record.id):
        told = ngettext(
            "People have worked on %(count)d of its ad texts already (answers, decisions or gold). Their work is not deleted, so this "
            "import stays.",
            "People have worked on %(count)d of its ad texts already (answers, decisions or gold). Their work is not deleted, so this "
            "import stays.",
            worked,
        )
        raise Conflict(told % {"count": worked})
    record.state, record.error = "undoing", ""
    job = enqueue(session, UNDO, {"import_id": record.id, "locale": locale}, at=at, owner_id=actor.person_id)
    record.job_id = job.id
    return job


def take_out(session: Session, actor: Actor, ads: Sequence[BroughtAd], *, at: datetime) -> TakenOut:
    """Delete some ads, with the creatives that become empty; those that somebody has worked on meanwhile stay as they are."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    one_at_a_time(session)
    held = creatives_held(session, {ad.creative_id for ad in ads if ad.creative_id is not None})
    shells = shells_of(session, [creative.id for creative in held])
    worked = worked_on_among(session, [*(creative.id for creative in held), *shells])
    kept = {shells.get(creative_id, creative_id) for creative_id in worked}
    going = {ad.id for ad in ads if ad.creative_id not in kept}
    for part in in_parts(going):
        session.execute(delete(Ad).where(Ad.id.in_(part)).execution_options(synchronize_session=False))
    others = oldest_ads(session, {creative.id for creative in held} - kept)
    emptied = {creative.id for creative in held} - kept - others.keys()
    for creative in held:
        if creative.id in others and creative.ad_id in going:
            _stand_in(session, creative, session.get_one(Ad, others[creative.id]), at=at)
    session.flush()
    _delete_creatives(session, emptied | {shell for shell, end in shells.items() if end in emptied})
    resum(session, set(others))
    return TakenOut(len(going), len(emptied), len(ads) - len(going))


def finish_undo(session: Session, actor: Actor, record: Import, taken: TakenOut, *, at: datetime) -> None:
    """Close the undoing; the advertisers' totals that the import brought go too. What is said of it stays in the list."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    totals = totals_brought(session, record.id)
    session.execute(delete(Advertiser).where(Advertiser.import_id == record.id))
    record.state = "applied" if taken.kept else "undone"
    told: dict[str, Any] = {
        "ads": taken.ads, "creatives": taken.creatives, "kept": taken.kept, "totals": totals
    }  # fmt: skip
    record.preview = {**record.preview, "undone": told}
    note(session, actor, "undid an import", at=at, subject=record.name, import_id=record.id, **told)


def _stand_in(session: Session, creative: Creative, ad: Ad, *, at: datetime) -> None:
    """Let another ad of the group stand for it: its text is the group's from now on, and is what like texts are compared with."""
    key = key_of(ad)
    values = founder(ad, key, at=at)
    for name in ("text_hash", "ad_id", "text", "title", "language", "page_name"):
        setattr(creative, name, values[name])
    session.execute(delete(Band).where(Band.creative_id == creative.id))
    bands = set(bands_of(key.words)) if key.near else set()
    pins = {pin(each) for each in text_hashes(session, creative.id) - {key.hash}}
    put_bands(session, [(band, creative.id) for band in sorted(bands | pins)])


def _delete_creatives(session: Session, creative_ids: Collection[int]) -> None:
    """Delete creatives without ads; leases, labels and predictions go with them. The audit trail keeps what was done to them."""
    for part in in_parts(creative_ids):
        session.execute(delete(Item).where(Item.creative_id.in_(part)))
        session.execute(
            delete(CreativeMove).where(or_(CreativeMove.from_id.in_(part), CreativeMove.to_id.in_(part)))
        )
        session.execute(
            delete(Creative).where(Creative.id.in_(part)).execution_options(synchronize_session=False)
        )
