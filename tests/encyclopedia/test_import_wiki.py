"""A MediaWiki export: pages with their history, authors and redirects."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from common.accounts.actors import operator
from common.db import Database
from encyclopedia.models import LogLine, Redirect, Revision
from encyclopedia.queries.revisions import revision_of, text_of
from tests.conftest import StoppedClock
from tests.encyclopedia.importing import Importer, outcomes
from tests.encyclopedia.sources.test_mediawiki_xml import HEAD, PAGE, REDIRECT, TALK


@pytest.fixture
def importer(database: Database, tmp_path: Path, clock: StoppedClock) -> Importer:
    return Importer(database, tmp_path, clock)


def wiki(*pages: str) -> dict[str, bytes]:
    return {"wiki.xml": (HEAD.replace("{version}", "0.11") + "".join(pages) + "</mediawiki>").encode()}


def test_a_wiki_comes_with_its_history_its_authors_and_its_redirects(importer: Importer) -> None:
    number, state = importer.bring("wiki.xml", wiki(PAGE, TALK, REDIRECT))

    assert (outcomes(state), state.counts["redirects added"]) == ({"create": 1}, 1)
    entry, page = importer.page("Gauge")
    assert "Some Wiki" in entry.attribution
    with importer.database.read() as session:
        history = session.scalars(
            select(Revision).where(Revision.page_id == page.id).order_by(Revision.number)
        ).all()
        assert [(r.author_name, r.summary, r.at.isoformat()[:10], r.minor) for r in history] == [
            ("Ada", "first", "2020-01-01", False),
            ("192.0.2.1", "more", "2020-02-01", True),
        ]
        assert all(revision.author_id is None for revision in history)
        created = session.scalars(select(LogLine).where(LogLine.action == "created")).one()
        assert (created.actor_name, created.at) == ("operator", importer.clock())
        assert session.get_one(Redirect, ("en", "gage")).page_id == page.id

    _second, again = importer.bring("wiki.xml", wiki(PAGE, TALK, REDIRECT))
    assert outcomes(again) == {}
    with importer.database.read() as session:
        assert session.scalar(select(func.count()).where(Revision.page_id == page.id)) == 2

    importer.undo(number)
    assert importer.page("Gauge")[0].deleted_at is not None
    with importer.database.read() as session:
        assert session.get(Redirect, ("en", "gage")) is None


def test_later_revisions_of_a_wiki_are_added_behind_those_that_are_here(importer: Importer) -> None:
    importer.bring("wiki.xml", wiki(PAGE))
    later = (
        "<revision><id>14</id><timestamp>2020-03-01T10:00:00Z</timestamp><contributor><username>Bo</username></contributor>"
        "<text xml:space='preserve'>'''Gauge''' counts all.</text></revision></page>"
    )
    number, state = importer.bring("wiki.xml", wiki(PAGE.replace("</page>", later)))

    assert outcomes(state) == {"update": 1}
    _entry, page = importer.page("Gauge")
    with importer.database.read() as session:
        names = session.scalars(
            select(Revision.author_name).where(Revision.page_id == page.id).order_by(Revision.number)
        ).all()
    assert list(names) == ["Ada", "192.0.2.1", "Bo"]
    assert "counts all" in body(importer)

    importer.undo(number)
    assert "counts &" in body(importer).replace("&amp;", "&")


def body(importer: Importer) -> str:
    _entry, page = importer.page("Gauge")
    with importer.database.read() as session:
        return text_of(revision_of(session, operator(), page.revision_id or 0, page=page)).body
