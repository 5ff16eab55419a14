"""Finding or making the creative of each new ad, a part of an import at a time."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    bindparam,
    case,
    distinct,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from common.accounts.actors import Actor
from political_ads.core.similarity import (
    Shingles,
    TextKey,
    bands,
    jaccard,
    normalise,
    pin,
    same_text,
    shingles,
    signatures,
)
from political_ads.models import Ad, Band, Creative
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.creatives import (
    MOST_IN_BAND,
    candidate_texts,
    homes,
    in_parts,
    key_of,
    living,
    sharing,
)
from political_ads.queries.searching import facets, facets_of_ad

# The share of equal values in two signatures estimates the Jaccard index; at 0.75 its standard deviation is 0.08, so that less
# than one true pair in a thousand lies below this.
WORTH_COMPARING = 0.5
LONGEST_LIST = 10_000  # characters of all the names of a group's pages: some hundreds of pages
NOT_STORED = 2**62  # after every id: among equals the one that was stored before goes first


@dataclass(frozen=True)
class Placed:
    """Of some new ads: how many founded a creative, and how many joined one that was there."""

    new: int
    grouped: int


@dataclass(frozen=True, eq=False)
class _Measured:
    """A text with its signature, its bands (none where it is short) and, once it is compared, its shingles."""

    words: str
    cut: Shingles
    number: int  # in `cut`
    signature: NDArray[np.uint64]
    bands: tuple[int, ...]

    @cached_property
    def shingles(self) -> frozenset[int]:
        """Its different shingles; most texts are never compared, and need none."""
        return self.cut.of(self.number)


@dataclass(frozen=True)
class _Text:
    """A text that no creative has yet, and the first ad that brings it."""

    key: TextKey
    first: Ad
    measured: _Measured | None  # None: too short to be compared


@dataclass(eq=False)
class _Known:
    """A creative that texts are compared with; one that is founded in this part gets its id when it is stored."""

    measured: _Measured | None
    id: int = NOT_STORED


def place(session: Session, actor: Actor, ads: Sequence[Ad], *, at: datetime) -> Placed:
    """Give each of some stored ads its creative, making those that are missing; about a thousand ads at a time.

    The same text (as `core.similarity` normalises it) goes where it went before, also after splits and joins by hand. A new
    text joins the creative whose own text it is most like, the older of two equals; it is never compared with the other
    texts of a group, so a chain of small changes cannot swallow what is different. Which of two like texts stands for
    both depends on which came first. Ads must have their ids; `ad.creative_id` is set, and the groups' sums are taken anew.
    """
    PERMISSIONS.require(actor, Permission.IMPORT)
    keyed = [(ad, key_of(ad)) for ad in ads]
    places = homes(session, {key.hash for _ad, key in keyed})
    fresh: dict[str, tuple[TextKey, Ad]] = {}
    for ad, key in keyed:
        if key.hash not in places:
            fresh.setdefault(key.hash, (key, ad))
    founded = _settle(session, _texts(list(fresh.values())), places, at=at)
    _assign(session, [(ad, places[key.hash]) for ad, key in keyed])
    resum(session, set(places.values()))
    return Placed(new=founded, grouped=len(ads) - founded)


def _assign(session: Session, homes_of: Sequence[tuple[Ad, int]]) -> None:
    """Give ads their creatives, past the unit of work; the objects know it too, and are not written again."""
    if homes_of:
        session.connection().execute(
            update(Ad).where(Ad.id == bindparam("ad")).values(creative_id=bindparam("creative")),
            [{"ad": ad.id, "creative": creative_id} for ad, creative_id in homes_of],
        )
    for ad, creative_id in homes_of:
        set_committed_value(ad, "creative_id", creative_id)


def resum(session: Session, creative_ids: Collection[int]) -> None:
    """Take the sums of groups anew from their ads: money in one currency or not at all, unknown where an end is not known."""
    for part in in_parts(creative_ids):
        spent = Ad.spend_low.is_not(None) | Ad.spend_high.is_not(None)
        one_currency = func.count(func.distinct(case((spent, Ad.currency)))) <= 1
        page = func.nullif(func.coalesce(func.nullif(Ad.page_id, ""), Ad.page_name), "")
        sums = (
            select(
                Ad.creative_id.label("creative_id"),
                func.count().label("ads"),
                func.count(func.distinct(page)).label("pages"),
                one_currency.label("one_currency"),
                func.max(case((spent, Ad.currency), else_="")).label("currency"),
                func.sum(Ad.spend_low).label("spend_low"),
                func.sum(Ad.spend_high).label("spend_high"),
                func.count(Ad.spend_high).label("spends"),
                func.sum(Ad.impressions_low).label("impressions_low"),
                func.sum(Ad.impressions_high).label("impressions_high"),
                func.count(Ad.impressions_high).label("impressions"),
                func.min(Ad.started_at).label("started_at"),
                func.max(Ad.ended_at).label("ended_at"),
                _listed(session, Ad.page_name).label("page_names"),
                _listed(session, facets_of_ad()).label("facets"),
            )
            .where(Ad.creative_id.in_(part))
            .group_by(Ad.creative_id)
            .subquery()
        )
        session.execute(
            update(Creative)
            .where(Creative.id == sums.c.creative_id)
            .values(
                ads=sums.c.ads,
                pages=case((sums.c.pages > 1, sums.c.pages), else_=1),
                currency=case((sums.c.one_currency, sums.c.currency), else_=""),
                spend_low=case((sums.c.one_currency, sums.c.spend_low)),
                spend_high=case((sums.c.one_currency & (sums.c.spends == sums.c.ads), sums.c.spend_high)),
                impressions_low=sums.c.impressions_low,
                impressions_high=case((sums.c.impressions == sums.c.ads, sums.c.impressions_high)),
                started_at=sums.c.started_at,
                ended_at=sums.c.ended_at,
                page_names=sums.c.page_names,
                facets=sums.c.facets,
            )
            .execution_options(synchronize_session=False)
        )


def _listed(session: Session, values: SQLColumnExpression[str]) -> ColumnElement[str]:
    """Return the SQL for a group's different values, to be searched in; what comes after `LONGEST_LIST` is not found."""
    either = distinct(values)
    postgresql = session.get_bind().dialect.name == "postgresql"
    listed = func.string_agg(either, ",") if postgresql else func.group_concat(either)
    return func.coalesce(func.substr(listed, 1, LONGEST_LIST), "")


def founder(ad: Ad, key: TextKey, *, at: datetime) -> dict[str, Any]:
    """Return the row of a creative that an ad stands for; `resum` gives it its sums."""
    return {
        "text_hash": key.hash,
        "ad_id": ad.id,
        "text": ad.text,
        "title": ad.title,
        "language": ad.language,
        "page_name": ad.page_name,
        "page_names": ad.page_name,
        "facets": facets(ad.countries, ad.source, declared=ad.declared_political),
        "currency": "",
        "created_at": at,
    }


def put_bands(session: Session, rows: Collection[tuple[int, int]]) -> None:
    """Put in (band, creative) pairs, so that like texts find the creative, and pins, so that the same text does."""
    if rows:
        session.connection().execute(
            insert(Band), [{"band": band, "creative_id": creative_id} for band, creative_id in rows]
        )


def bands_of(words: str) -> tuple[int, ...]:
    """Return the bands of a normalised text, each once."""
    return _measure([words])[0].bands


def _settle(session: Session, texts: Sequence[_Text], places: dict[str, int], *, at: datetime) -> int:
    """Write into `places` where each text belongs, making creatives for those that are like no other; return how many."""
    buckets = _buckets(session, {band for text in texts if text.measured for band in text.measured.bands})
    settled: list[tuple[TextKey, _Known]] = []
    founders: list[tuple[_Text, _Known]] = []
    rows: list[tuple[int, _Known]] = []
    for text in texts:
        home = _likest(text.measured, buckets) if text.measured else None
        if home is None:
            home = _Known(text.measured)
            founders.append((text, home))
            rows += ((band, home) for band in _open_bands(home, buckets))
        else:
            rows.append((pin(text.key.hash), home))
        settled.append((text.key, home))
    _store(session, founders, at=at)
    put_bands(session, {(band, home.id) for band, home in rows})
    places.update((key.hash, home.id) for key, home in settled)
    return len(founders)


def _store(session: Session, founders: Sequence[tuple[_Text, _Known]], *, at: datetime) -> None:
    """Store new creatives and give them their ids, by their ads: to have each answered singly takes three times as long.

    Ids only rise, so whatever is above the highest one is new; a split beside us may have made some that are not ours.
    """
    if not founders:
        return
    connection = session.connection()
    highest = connection.scalar(select(func.max(Creative.id))) or 0
    connection.execute(insert(Creative), [founder(text.first, text.key, at=at) for text, _home in founders])
    made = connection.execute(select(Creative.ad_id, Creative.id).where(Creative.id > highest)).all()
    ids = {row.ad_id: row.id for row in made}
    for text, home in founders:
        home.id = ids[text.first.id]


def _open_bands(home: _Known, buckets: dict[int, list[_Known]]) -> Iterator[int]:
    """Put a new creative among those that share its bands; yield the bands that are not full."""
    for band in home.measured.bands if home.measured else ():
        sharers = buckets.setdefault(band, [])
        if len(sharers) < MOST_IN_BAND:
            sharers.append(home)
            yield band


def _texts(fresh: Collection[tuple[TextKey, Ad]]) -> list[_Text]:
    """Measure texts that are long enough to be compared, all at once; the order stays."""
    measured = iter(_measure([key.words for key, _ad in fresh if key.near]))
    return [_Text(key, ad, next(measured) if key.near else None) for key, ad in fresh]


def _measure(words: Sequence[str]) -> list[_Measured]:
    cut = shingles(words)
    signed = signatures(cut)
    banded = bands(signed).tolist()
    return [_Measured(each, cut, n, signed[n], tuple(set(banded[n]))) for n, each in enumerate(words)]


def _buckets(session: Session, asked: Collection[int]) -> dict[int, list[_Known]]:
    """Return the stored creatives that have any of some bands, by band."""
    shared = sharing(session, asked)
    ids = {creative_id for sharers in shared.values() for creative_id in sharers}
    texts = candidate_texts(session, ids)
    leads = living(session, ids)
    measured = _measure([normalise(text) for text in texts.values()])
    known = {one: _Known(each, leads.get(one, one)) for one, each in zip(texts, measured, strict=True)}
    return {band: [known[one] for one in sharers] for band, sharers in shared.items()}


def _likest(text: _Measured, buckets: Mapping[int, list[_Known]]) -> _Known | None:
    """Return the creative that a text is most like, of those that count as the same; the older of two equals."""
    met = list(dict.fromkeys(known for band in text.bands for known in buckets.get(band, ())))
    ranked: list[tuple[float, int, _Known]] = []
    if met:
        estimates = np.stack([known.measured.signature for known in met if known.measured]) == text.signature
        for known, estimate in zip(met, estimates.mean(axis=1).tolist(), strict=True):
            if known.measured and estimate >= WORTH_COMPARING:
                likeness = jaccard(text.shingles, known.measured.shingles)
                if same_text(text.words, known.measured.words, likeness):
                    ranked.append((-likeness, known.id, known))
    return min(ranked, key=lambda found: found[:2])[2] if ranked else None
