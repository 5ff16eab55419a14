"""The first page, the search page, side by side, the map, and the lists of what needs help."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import SignInNeeded
from common.taxonomy import EntryKind, Phase
from encyclopedia.actions.revisions import Edit, save_text
from encyclopedia.models import Source
from encyclopedia.queries.contents import matrix, random_entry
from encyclopedia.queries.help_wanted import Need, counts, needy
from encyclopedia.schemas import Fact, Relation, Sheet, SourceData, Text
from tests.encyclopedia.conftest import START, actor_with, make_entry, page_of

LATER = START + timedelta(hours=1)
HOME = "/en/encyclopedia/"


def fill(database: Database) -> dict[str, int]:
    """A tool that died, a practice that cites and is translated (out of date), a concept that nobody links to."""
    with database.write() as session:
        data = SourceData(key="study-2020", title="A study", url="https://example.org/study")
        session.add(
            Source(
                key="study-2020", data=data.model_dump(mode="json"), title="A study", link_state="dead",
                checked_at=START, created_at=START, updated_at=START,
            )
        )  # fmt: skip
        practice = make_entry(
            session,
            "Prebunking",
            body="It works [@study-2020]. See [[nobody-wrote-this]].\n",
            sheet=Sheet(phases=(Phase.PREVENTION, Phase.REACTION)),
            translations={"fr": Text(title="Prébunking", body="Cela marche [@study-2020].\n")},
        )
        page = page_of(session, practice)
        save_text(
            session,
            operator(),
            page,
            Text(title="Prebunking", body="More [@study-2020]. [[nobody-wrote-this]]\n"),
            Edit(LATER),
        )
        tool = make_entry(
            session,
            "Hoaxy",
            kind=EntryKind.TOOL,
            body="It shows [[prebunking]].\n",
            sheet=Sheet(
                phases=(Phase.DETECTION,),
                facts={"status": (Fact(value="dead"),), "price": (Fact(value="free"),)},
                relations=(Relation(type="implements", entry=practice.id),),
            ),
        )
        concept = make_entry(session, "Astroturfing", kind=EntryKind.CONCEPT)
        return {"practice": practice.id, "tool": tool.id, "concept": concept.id}


def test_the_matrix_counts_each_entry_in_each_of_its_phases(database: Database) -> None:
    fill(database)
    with database.read() as session:
        found = matrix(session, operator())
    assert found.cells == {
        ("prevention", "practice"): 1, ("reaction", "practice"): 1, ("detection", "tool"): 1,
    }  # fmt: skip
    assert (found.total, found.kinds["concept"], found.phases["prevention"]) == (3, 1, 1)


def test_the_first_page_shows_the_matrix_and_follows_what_is_written(
    database: Database, guest: TestClient
) -> None:
    assert "Nothing has been written yet" in guest.get(HOME).text
    fill(database)
    html = guest.get(HOME).text
    assert 'href="/en/encyclopedia/search?phase=prevention&amp;kind=practice"' in html
    assert 'aria-label="Prevention, Practice: 1"' in html
    assert "Changed lately" in html


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        (Need.DUE, {"practice", "tool", "concept"}),
        (Need.DEAD, {"tool"}),
        (Need.DEAD_LINKS, {"practice"}),
        (Need.UNSOURCED, {"tool", "concept"}),
        (Need.ORPHANED, {"concept"}),
        (Need.UNTRANSLATED, {"tool", "concept"}),
        (Need.OUTDATED, {"practice"}),
    ],
)
def test_each_list_holds_what_needs_that_help(database: Database, need: Need, expected: set[str]) -> None:
    ids = fill(database)
    at = START + timedelta(days=1_000)
    with database.read() as session:
        found = needy(session, operator(), need, "en", at=at)
        assert {line.entry.id for line in found.items if line.entry} == {ids[name] for name in expected}
        assert counts(session, operator(), at=at)[need] == found.total == len(expected)
        tools = needy(session, operator(), need, "en", at=at, kind="tool")
        assert tools.total == ("tool" in expected)


def test_wanted_entries_are_counted_by_the_pages_that_want_them(
    database: Database, guest: TestClient
) -> None:
    fill(database)
    with database.read() as session:
        found = needy(session, operator(), Need.WANTED, "en", at=START)
    assert [(line.note, line.number) for line in found.items] == [("nobody-wrote-this", 1)]
    html = guest.get(f"{HOME}help-wanted?need=wanted").text
    assert "Nobody wrote this" in html
    assert "/en/encyclopedia/new?title=Nobody+wrote+this" in html


def test_every_list_has_a_page(database: Database, guest: TestClient) -> None:
    fill(database)
    for need in Need:
        assert guest.get(f"{HOME}help-wanted?need={need}&kind=tool").status_code == 200
    assert guest.get(f"{HOME}help-wanted?need=nonsense").status_code == 422


def test_nobody_reads_lists_without_a_role(database: Database) -> None:
    with database.read() as session:
        for question in (
            lambda: matrix(session, actor_with(None)),
            lambda: counts(session, actor_with(None), at=START),
            lambda: needy(session, actor_with(None), Need.DUE, "en", at=START),
            lambda: random_entry(session, actor_with(None), "en", 0.5),
        ):
            with pytest.raises(SignInNeeded):
                question()


def test_search_finds_narrows_and_keeps_its_filters(database: Database, guest: TestClient) -> None:
    fill(database)
    html = guest.get(f"{HOME}search?q=prebunking").text
    assert "Entries found: 2" in html
    assert "<mark>prebunking</mark>" in html
    narrowed = guest.get(f"{HOME}search?q=prebunking&kind=tool&page=x&sort=nonsense").text
    assert "Entries found: 1" in narrowed
    assert '<input type="hidden" name="kind" value="tool">' in narrowed
    assert "/en/encyclopedia/entries/hoaxy" in narrowed


def test_search_mends_a_typo_and_offers_to_write_what_is_missing(
    database: Database, guest: TestClient, sign_in_as: Callable[..., TestClient]
) -> None:
    fill(database)
    assert "These are the results for “prebunking”" in guest.get(f"{HOME}search?q=prebunkign").text
    nothing = sign_in_as(Role.MEMBER).get(f"{HOME}search?q=zzyzx").text
    assert "Nothing found" in nothing
    assert "/en/encyclopedia/new?title=zzyzx" in nothing


def test_entries_lie_side_by_side_and_differences_are_marked(database: Database, guest: TestClient) -> None:
    ids = fill(database)
    html = guest.get(f"{HOME}compare?ids={ids['tool']},{ids['practice']}&ids=999&ids=x").text
    assert html.index(">Hoaxy</a>") < html.index(">Prebunking</a>")
    assert '<tr class="differs"><th scope="row">Phase' in html
    assert '<tr><th scope="row">Price' in html  # only one of them states it
    assert "Nothing to compare yet" in guest.get(f"{HOME}compare").text


def test_the_map_draws_links_and_says_the_same_in_a_table(database: Database, guest: TestClient) -> None:
    fill(database)
    html = guest.get(f"{HOME}entries/prebunking/map").text
    assert 'class="map-line map-relation"' in html
    assert "implements" in html
    assert html == guest.get(f"{HOME}entries/prebunking/map").text or "csp" in html  # the same each time
    assert "Nothing is linked to this entry yet" in guest.get(f"{HOME}entries/astroturfing/map").text


def test_chance_picks_among_what_is_there(database: Database, guest: TestClient) -> None:
    ids = fill(database)
    with database.read() as session:
        found = {random_entry(session, operator(), "en", share / 10) for share in range(10)}
        assert {name.id for name in found if name} == set(ids.values())
        only = random_entry(session, operator(), "en", 0.9999, kind="tool")
        assert only is not None
        assert only.id == ids["tool"]
    assert guest.get(f"{HOME}random", follow_redirects=False).status_code == 303


def test_the_method_lists_every_kind_with_its_fields(guest: TestClient) -> None:
    html = guest.get(f"{HOME}about").text
    for words in (
        "Strength of evidence",
        "Modus operandi",
        "Looked at again after 6 months",
        "is implemented by",
    ):
        assert words in html
