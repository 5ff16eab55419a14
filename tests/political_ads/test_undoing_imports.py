"""An import taken out again: what goes, what stays, and when it is refused. On both databases."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor, Role
from common.db import Database
from common.errors import Conflict, Forbidden, SignInNeeded
from political_ads.actions.creatives import join
from political_ads.actions.undoing_imports import TakenOut, finish_undo, start_undo, take_out
from political_ads.models import Ad, Advertiser, Answer, Band, Campaign, Creative, CreativeMove, Import, Item
from political_ads.queries.imports import import_of
from political_ads.queries.undoing import brought_by
from political_ads.service.importing import Said, bring_in_file
from tests.conftest import START, StoppedClock
from tests.political_ads.making import ROLES, Setting, actor_with, everybody_says, make_campaign
from tests.political_ads.sources.samples import META_REPORT, meta_lines, written

COORDINATOR = actor_with(Role.COORDINATOR)


def bring_in(database: Database, folder: Path, text: str, name: str = "a.jsonl") -> int:
    path = written(folder, text, name)
    clock = StoppedClock()
    return bring_in_file(database, COORDINATOR, path, Said(), clock=clock, progress=lambda *_told: None).id


def undo(database: Database, import_id: int, at_once: int = 100) -> TakenOut:
    with database.write() as session:
        start_undo(session, COORDINATOR, import_of(session, COORDINATOR, import_id), locale="en", at=START)
    after, taken = 0, TakenOut()
    while True:
        with database.write() as session:
            ads = brought_by(session, import_id, after=after, limit=at_once)
            if not ads:
                finish_undo(session, COORDINATOR, import_of(session, COORDINATOR, import_id), taken, at=START)
                return taken
            taken += take_out(session, COORDINATOR, ads, at=START)
            after = ads[-1].id


def counts(database: Database) -> Mapping[str, int]:
    with database.read() as session:
        tables: tuple[Any, ...] = (Ad, Creative, Band, Item, Advertiser)
        return {each.__tablename__: session.scalar(select(func.count()).select_from(each)) or 0 for each in tables}  # fmt: skip


def rows(numbers: range, **fields: Any) -> str:
    return "\n".join(meta_lines(numbers.stop, **fields).splitlines()[numbers.start :])


def campaign_of_imported(session: Session) -> Campaign:
    """Make a campaign of what was imported, without the creative that is made along."""
    campaign = make_campaign(session, Setting(creatives=1))
    made = select(Creative.id).where(Creative.ad_id.is_(None))
    session.execute(delete(Item).where(Item.creative_id.in_(made)))
    session.execute(delete(Creative).where(Creative.ad_id.is_(None)))
    return campaign


def test_all_that_an_import_brought_goes_and_comes_back_as_new(database: Database, tmp_path: Path) -> None:
    empty = counts(database)
    given = bring_in(database, tmp_path, meta_lines(30))
    stored = counts(database)
    assert undo(database, given, at_once=7) == TakenOut(30, stored["ads_creative"], 0)
    assert counts(database) == empty
    with database.read() as session:
        record = session.get_one(Import, given)
        assert (record.state, record.preview["undone"]["ads"]) == ("undone", 30)
    again = bring_in(database, tmp_path, meta_lines(30))
    assert again != given
    assert counts(database) == stored


def test_a_group_with_ads_of_other_imports_stays_and_one_of_them_stands_for_it(
    database: Database, tmp_path: Path
) -> None:
    wrong = bring_in(database, tmp_path, rows(range(4), page_name="First"), "wrong.jsonl")
    bring_in(database, tmp_path, rows(range(5, 8), page_name="Second"), "right.jsonl")
    with database.read() as session:
        shared = session.scalars(select(Creative).where(Creative.ads == 4)).one()
        assert shared.page_name == "First"
    undo(database, wrong)
    with database.read() as session:
        group = session.get_one(Creative, shared.id)
        ids = session.scalars(select(Ad.id).where(Ad.creative_id == group.id).order_by(Ad.id)).all()
        assert (group.ads, group.page_name, group.ad_id) == (2, "Second", ids[0])
        assert group.impressions_low == 20_000
        assert session.scalar(select(func.count()).select_from(Band).where(Band.creative_id == group.id))
    bring_in(database, tmp_path, rows(range(9, 10)), "later.jsonl")
    with database.read() as session:
        assert session.get_one(Creative, shared.id).ads == 3  # like texts find it as before


def test_totals_of_advertisers_go_too(database: Database, tmp_path: Path) -> None:
    given = bring_in(database, tmp_path, META_REPORT, "report.csv")
    assert counts(database)["ads_advertiser"] == 5
    undo(database, given)
    assert counts(database)["ads_advertiser"] == 0


def test_places_in_a_campaign_go_and_work_is_a_reason_to_refuse(database: Database, tmp_path: Path) -> None:
    given = bring_in(database, tmp_path, meta_lines(4))
    with database.write() as session:
        campaign_of_imported(session)
        item = session.scalars(select(Item).order_by(Item.id)).first()
        assert item is not None
        item.gold = True
    with database.write() as session, pytest.raises(Conflict, match="worked on 1 of its ad texts"):
        start_undo(session, COORDINATOR, import_of(session, COORDINATOR, given), locale="en", at=START)
    with database.write() as session:
        session.get_one(Item, item.id).gold = False
    assert undo(database, given).kept == 0
    assert counts(database)["ads_item"] == 0
    assert counts(database)["ads_creative"] == 0


def test_an_answer_given_while_it_goes_on_keeps_its_ads(database: Database, tmp_path: Path) -> None:
    given = bring_in(database, tmp_path, meta_lines(12))
    with database.write() as session:
        campaign = campaign_of_imported(session)
    with database.write() as session:
        start_undo(session, COORDINATOR, import_of(session, COORDINATOR, given), locale="en", at=START)
        (item_id,) = everybody_says(session, campaign, ["somebody"], "actor")
        kept = session.get_one(Creative, session.get_one(Item, item_id).creative_id)
    with database.write() as session:
        taken = take_out(session, COORDINATOR, brought_by(session, given, after=0, limit=50), at=START)
        assert (taken.ads, taken.kept) == (12 - kept.ads, kept.ads)
        finish_undo(session, COORDINATOR, import_of(session, COORDINATOR, given), taken, at=START)
    with database.read() as session:
        assert session.scalars(select(Creative.id)).all() == [kept.id]
        assert session.scalar(select(func.count()).select_from(Answer)) == 1
        assert session.get_one(Import, given).state == "applied"
    with database.write() as session, pytest.raises(Conflict, match="going on"):
        start_undo(session, COORDINATOR, import_of(session, COORDINATOR, given), locale="en", at=START)


def test_answers_to_a_text_that_was_joined_to_an_imported_one_count(
    database: Database, tmp_path: Path
) -> None:
    first = bring_in(database, tmp_path, rows(range(2, 3)), "first.jsonl")
    with database.write() as session:
        campaign = campaign_of_imported(session)
        everybody_says(session, campaign, ["somebody"], "actor")
        answered = session.scalars(select(Creative.id)).one()
    second = bring_in(database, tmp_path, rows(range(4, 5)), "second.jsonl")
    with database.write() as session:
        other = session.scalars(select(Creative.id).where(Creative.id != answered)).one()
        join(session, COORDINATOR, answered, other, "The same", at=START)
    for each in (first, second):
        with database.write() as session, pytest.raises(Conflict, match="worked on 1"):
            start_undo(session, COORDINATOR, import_of(session, COORDINATOR, each), locale="en", at=START)


def test_a_group_that_was_joined_by_hand_goes_with_its_history(database: Database, tmp_path: Path) -> None:
    given = bring_in(database, tmp_path, meta_lines(4))
    with database.write() as session:
        first, second = session.scalars(select(Creative.id).order_by(Creative.id).limit(2)).all()
        join(session, COORDINATOR, first, second, "The same", at=START)
    undo(database, given, at_once=1)
    assert counts(database)["ads_creative"] == 0
    with database.read() as session:
        assert session.scalars(select(CreativeMove)).all() == []


@pytest.mark.parametrize("role", [role for role in ROLES if role not in (Role.COORDINATOR, Role.ADMIN)])
def test_only_coordinators_undo(database: Database, role: Role | None) -> None:
    actor: Actor = actor_with(role)
    record = Import(id=1, name="a", state="applied", parts=1)
    with database.write() as session:
        with pytest.raises((Forbidden, SignInNeeded)):
            start_undo(session, actor, record, locale="en", at=START)
        with pytest.raises((Forbidden, SignInNeeded)):
            take_out(session, actor, [], at=START)
        with pytest.raises((Forbidden, SignInNeeded)):
            finish_undo(session, actor, record, TakenOut(), at=START)


def test_what_was_never_stored_cannot_be_undone(database: Database) -> None:
    record = Import(name="a", state="previewed", parts=0)
    with database.write() as session, pytest.raises(Conflict, match="Nothing of this import"):
        start_undo(session, COORDINATOR, record, locale="en", at=START)
