"""Two imports that store their parts at the same instant found one creative for the same text."""

import threading

from sqlalchemy import func, select

from common.accounts.actors import operator
from common.db import Database
from political_ads.actions import imports
from political_ads.actions.storing import keep_part
from political_ads.models import Ad, Creative, Import
from political_ads.schemas.ads import AdRecord
from political_ads.sources.readers import Part
from tests.political_ads.grouping import AT

PARTS, ADS = 4, 30
WORDS = "Come to meeting number {number} on the new tram line in Northam, everybody who lives along the river is welcome."


def record(source: str, number: int) -> AdRecord:
    """Return an ad whose text the other import brings too."""
    return AdRecord(
        source=source, platform="facebook", external_id=str(number), text=WORDS.format(number=number**5)
    )


def store(database: Database, start: threading.Barrier, source: str, failed: list[BaseException]) -> None:
    """Store an import's parts, each in its transaction."""
    try:
        with database.write() as session:
            given = imports.NewImport(f"{source}.jsonl", source)
            made = imports.open_import(session, operator(), given, state="applying", at=AT).id
        for part in range(PARTS):
            records = tuple(record(source, part * ADS + number) for number in range(ADS))
            start.wait(30)
            with database.write() as session:
                kept = session.get_one(Import, made)
                keep_part(session, operator(), kept, Part(records, tuple(range(ADS)), (), 0, 0), at=AT)
    except Exception as error:  # noqa: BLE001 - whatever it is, the test tells
        failed.append(error)
        start.abort()


def test_the_same_texts_of_two_imports_at_once_become_one_group_each(database: Database) -> None:
    start, failed = threading.Barrier(2), list[BaseException]()
    threads = [
        threading.Thread(target=store, args=(database, start, source, failed)) for source in ("one", "two")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    with database.read() as session:
        homes = session.execute(
            select(func.count(Ad.creative_id.distinct()), func.count()).group_by(Ad.text)
        ).all()
        assert homes == [(1, 2)] * (PARTS * ADS)  # both ads of a text are in one creative
        creatives, ads = session.execute(select(func.count(), func.sum(Creative.ads))).one()
        assert ads == 2 * PARTS * ADS
        assert creatives == session.scalar(select(func.count(Ad.creative_id.distinct())))
