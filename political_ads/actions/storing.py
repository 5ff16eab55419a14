"""One part of an import, stored in one transaction: new ads are grouped, known ones brought up to date, nothing twice."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from political_ads.actions.placing import place, resum
from political_ads.models import Ad, Advertiser, Import
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.imports import ads_in_full, known_ads, known_totals
from political_ads.schemas.ads import AdRecord, AdvertiserTotal
from political_ads.sources.readers import Part
from political_ads.sources.readers.read import general

KEPT_REFUSALS = 1_000
KEPT_REASONS = 100  # different ones that are counted
# Kept as they were first read: volunteers have answered about them, and creatives are made of them.
_FIXED = frozenset({"source", "external_id", "text", "title", "description"})
_JOINED = frozenset({"extra", "targeting"})  # what is new is added to what is there
_PLACING_LOCK = 7_402_661_003  # any number, the same in all processes


@dataclass(frozen=True)
class Taken:
    """What became of a part's records: they add up to how many there were."""

    stored: int = 0
    grouped: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(
            self.stored + other.stored,
            self.grouped + other.grouped,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
        )


def keep_part(
    session: Session, actor: Actor, record: Import, part: Part, *, at: datetime, cursor: str = ""
) -> Taken:
    """Store a part, and note on the import how far it is. `cursor`: where a search goes on, of a platform's library."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    one_at_a_time(session)
    ads = [each for each in part.records if isinstance(each, AdRecord)]
    totals = [each for each in part.records if isinstance(each, AdvertiserTotal)]
    taken = _keep_ads(session, actor, record, ads, at=at) + _keep_totals(session, record, totals, at=at)
    _count(record, part, taken)
    if cursor:
        record.preview = {**record.preview, "cursor": cursor}
    check_sum(record)
    return taken


def check_sum(record: Import) -> None:
    """Stop where an import's rows do not add up: a mistake of this program, never of the file."""
    outcomes = record.stored + record.grouped + record.updated + record.unchanged + record.refused
    if record.rows != outcomes:
        msg = f"import {record.id}: {record.rows} rows were read and {outcomes} accounted for"
        raise RuntimeError(msg)


def one_at_a_time(session: Session) -> None:
    """Let imports store their parts one after the other, or two could found a creative for the same text.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PLACING_LOCK})


def _keep_ads(
    session: Session, actor: Actor, record: Import, ads: Sequence[AdRecord], *, at: datetime
) -> Taken:
    known = known_ads(session, ((each.source, each.external_id) for each in ads))
    hashes = {id(each): content_hash(each) for each in ads}
    new, changed = [], []
    for each in ads:
        found = known.get((each.source, each.external_id))
        if found is None:
            new.append(_new_ad(each, hashes[id(each)], record, at))
        elif found.content_hash != hashes[id(each)]:
            changed.append((found.id, each))
    touched = _bring_up(session, changed, hashes, at)
    session.add_all(new)
    session.flush()
    placed = place(session, actor, new, at=at) if new else None
    resum(session, {ad.creative_id for ad in touched if ad.creative_id is not None})
    founded, grouped = (placed.new, placed.grouped) if placed else (0, 0)
    return Taken(founded, grouped, len(touched), len(ads) - len(new) - len(touched))


def _new_ad(given: AdRecord, digest: str, record: Import, at: datetime) -> Ad:
    return Ad(**_columns(given), import_id=record.id, content_hash=digest, imported_at=at, updated_at=at)


def _columns(given: AdRecord) -> dict[str, Any]:
    values = given.model_dump(exclude={"created_at", "demographics", "regions", "countries"})
    values["countries"] = list(given.countries)
    values["demographics"] = [each.model_dump(exclude_defaults=True) for each in given.demographics]
    values["regions"] = [each.model_dump(exclude_defaults=True) for each in given.regions]
    if given.created_at is not None:
        values["extra"]["created_at"] = given.created_at.isoformat()
    return values


def _bring_up(
    session: Session, changed: Sequence[tuple[int, AdRecord]], hashes: dict[int, str], at: datetime
) -> list[Ad]:
    """Take what newer records know of stored ads; unknown never replaces known. Return the ads that changed by it."""
    full = ads_in_full(session, [ad_id for ad_id, _given in changed])
    touched = []
    for ad_id, given in changed:
        ad = full[ad_id]
        ad.content_hash = hashes[id(given)]
        if _merge(ad, _columns(given), at):
            touched.append(ad)
    session.flush()
    return touched


def _merge(kept: Ad | Advertiser, values: dict[str, Any], at: datetime) -> bool:
    changed = False
    for name, value in values.items():
        before = getattr(kept, name)
        if name in _FIXED or value in (None, "", [], {}) or value == before:
            continue
        value = {**before, **value} if name in _JOINED else value
        if value != before:
            setattr(kept, name, value)
            changed = True
    if changed:
        kept.updated_at = at
    return changed


def _keep_totals(
    session: Session, record: Import, totals: Sequence[AdvertiserTotal], *, at: datetime
) -> Taken:
    known = known_totals(session, ((each.source, each.external_id) for each in totals))
    taken = Taken()
    for each in totals:
        found = known.get((each.source, each.external_id))
        if found is None:
            session.add(Advertiser(**each.model_dump(), import_id=record.id, updated_at=at))
            taken += Taken(stored=1)
        else:
            taken += Taken(updated=1) if _merge(found, each.model_dump(), at) else Taken(unchanged=1)
    session.flush()
    return taken


def _count(record: Import, part: Part, taken: Taken) -> None:
    record.parts += 1
    record.rows += part.rows_read
    record.stored += taken.stored
    record.grouped += taken.grouped
    record.updated += taken.updated
    record.unchanged += taken.unchanged
    record.refused += len(part.refusals)
    if part.refusals:
        room = max(KEPT_REFUSALS - len(record.refusals), 0)
        if room:
            record.refusals = [*record.refusals, *(each.model_dump() for each in part.refusals[:room])]
        reasons: dict[str, int] = dict(record.preview.get("reasons", {}))
        for each in part.refusals:
            reason = general(each.reason)
            if reason in reasons or len(reasons) < KEPT_REASONS:
                reasons[reason] = reasons.get(reason, 0) + 1
        record.preview = {**record.preview, "reasons": reasons}
    notes = [*record.preview.get("notes", []), *part.notes]
    if part.notes:
        record.preview = {**record.preview, "notes": list(dict.fromkeys(notes))[:50]}


def content_hash(given: AdRecord) -> str:
    """Return the hash of a whole record (BLAKE2b, 128 bits): equal where nothing changed."""
    data = orjson.dumps(given.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.blake2b(data, digest_size=16).hexdigest()
