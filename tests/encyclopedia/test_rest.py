"""The REST interface: reads with tags, writes with bases and keys, refusals."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from common.accounts.actors import Role, operator
from common.taxonomy import EntryKind, Phase
from encyclopedia.actions.sources import add_source
from encyclopedia.schemas import Fact, Sheet, SourceData, Text
from tests.encyclopedia.conftest import START, make_entry

API = "/api/v1/encyclopedia"


@pytest.fixture
def entry(app: FastAPI, guest: TestClient) -> int:
    """An entry in two languages with facts."""
    sheet = Sheet(phases=(Phase.PREVENTION,), facts={"effort": (Fact(value="low"),)})
    with app.state.services.database.write() as session:
        made = make_entry(
            session,
            "Prebunking",
            body="First line.\n\nSecond line.\n\nThird line.\n",
            sheet=sheet,
            translations={"fr": Text(title="Préparation", body="Première ligne.\n")},
        )
        return made.id


def new(title: str = "Lateral reading", **more: Any) -> dict[str, Any]:
    return {"kind": "practice", "language": "en", "text": {"title": title, "body": "Text.\n"}, **more}


def test_an_entry_is_given_with_all_its_texts(guest: TestClient, entry: int) -> None:
    found = guest.get(f"{API}/entries/{entry}").json()
    assert found["slug"] == "prebunking"
    assert found["phases"] == ["prevention"]
    assert found["facts"] == {"effort": [{"value": "low"}]}
    assert {code: text["title"] for code, text in found["texts"].items()} == {
        "en": "Prebunking",
        "fr": "Préparation",
    }
    assert guest.get(f"{API}/entries/prebunking").json() == found


def test_what_a_client_has_is_not_sent_again(guest: TestClient, entry: int) -> None:
    for path in (
        f"entries/{entry}",
        f"entries/{entry}/texts/en",
        "entries",
        "facets",
        "fields",
        "changes",
        "sources",
    ):
        first = guest.get(f"{API}/{path}")
        again = guest.get(f"{API}/{path}", headers={"If-None-Match": first.headers["etag"]})
        assert (first.status_code, again.status_code, again.content) == (200, 304, b""), path


def test_the_list_is_searched_and_read_in_parts(app: FastAPI, guest: TestClient, entry: int) -> None:
    with app.state.services.database.write() as session:
        for number in range(4):
            make_entry(session, f"Tool {number}", kind=EntryKind.TOOL)
    first = guest.get(f"{API}/entries", params={"size": 3, "sort": "title"}).json()
    rest = guest.get(f"{API}/entries", params={"size": 3, "sort": "title", "cursor": first["next"]}).json()
    titles = [item["title"] for item in first["items"] + rest["items"]]
    assert titles == ["Prebunking", "Tool 0", "Tool 1", "Tool 2", "Tool 3"]
    assert rest["next"] is None
    assert first["total"] == 5
    tools = guest.get(f"{API}/entries", params={"kind": "tool"}).json()
    assert {item["kind"] for item in tools["items"]} == {"tool"}
    assert guest.get(f"{API}/entries", params={"q": "prebunking"}).json()["items"][0]["id"] == entry


def test_a_member_opens_an_entry_once_however_often_it_is_sent(
    sign_in_as: Callable[..., TestClient], guest: TestClient
) -> None:
    member = sign_in_as(Role.MEMBER)
    headers = {"Idempotency-Key": "abc"}
    made = member.post(f"{API}/entries", json=new(), headers=headers)
    assert made.status_code == 201
    again = member.post(f"{API}/entries", json=new(), headers=headers)
    assert again.json() == made.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert guest.get(made.headers["location"]).json()["texts"]["en"]["title"] == "Lateral reading"
    other = member.post(f"{API}/entries", json=new("Another"), headers=headers)
    assert (other.status_code, other.headers["content-type"]) == (409, "application/problem+json")


def test_saves_from_one_base_are_merged_and_clashes_are_told(
    sign_in_as: Callable[..., TestClient], entry: int
) -> None:
    member = sign_in_as(Role.MEMBER)
    address = f"{API}/entries/{entry}/texts/en"
    base = member.get(address).json()
    text, revision = base["text"], base["revision"]

    def save(before: str, after: str, **headers: str) -> Any:
        body = {"text": {**text, "body": text["body"].replace(before, after)}, "base": revision}
        return member.put(address, json=body, headers=headers)

    assert save("First", "1st").json()["merged"] is False
    assert save("Third", "3rd").json()["merged"] is True
    assert member.get(address).json()["text"]["body"] == "1st line.\n\nSecond line.\n\n3rd line.\n"
    clash = save("First line", "Primary line")
    assert (clash.status_code, clash.headers["content-type"]) == (409, "application/problem+json")
    assert clash.json()["clashes"][0]["path"].startswith("body")
    assert "1st" in str(clash.json()["clashes"][0]["theirs"])
    stale = save("Second", "2nd", **{"If-Match": f'"r{revision}"'})
    assert stale.status_code == 412
    fresh = member.get(address).headers["etag"]
    assert save("Second", "2nd", **{"If-Match": fresh}).json()["changed"] is True


def test_facts_are_saved_and_compared(sign_in_as: Callable[..., TestClient], entry: int) -> None:
    member = sign_in_as(Role.MEMBER)
    address = f"{API}/entries/{entry}/sheet"
    sheet = member.get(address).json()
    changed = {**sheet["sheet"], "phases": ["prevention", "detection"]}
    saved = member.put(address, json={"sheet": changed, "base": sheet["revision"], "summary": "Both"}).json()
    assert saved["changed"] is True
    told = member.get(f"{API}/revisions/{saved['revision']}/diff").json()
    assert told["changes"] == [{"path": "phases[detection]", "before": None, "after": "detection"}]
    refused = member.put(address, json={"sheet": {"phases": ["nonsense"]}})
    assert (refused.status_code, refused.json()["status"]) == (422, 422)


def test_a_language_is_added_renamed_and_found_in_the_history(
    sign_in_as: Callable[..., TestClient], app: FastAPI
) -> None:
    member = sign_in_as(Role.MEMBER)
    number = member.post(f"{API}/entries", json=new()).json()["id"]
    french = {"text": {"title": "Lecture latérale", "body": "Texte.\n"}}
    added = member.put(f"{API}/entries/{number}/texts/fr", json=french).json()
    assert (added["created"], added["slug"]) == (True, "lecture-laterale")
    renamed = member.put(f"{API}/entries/{number}/texts/fr/title", json={"title": "Lire à côté"}).json()
    assert renamed["slug"] == "lire-a-cote"
    assert member.get(f"{API}/entries/lecture-laterale").json()["id"] == number
    lines = member.get(f"{API}/entries/{number}/revisions", params={"language": "fr"}).json()["items"]
    assert [line["origin"] for line in lines] == ["rename", "translate"]
    told = member.get(f"{API}/revisions/{lines[0]['id']}/diff").json()
    assert list(told["parts"]) == ["title"]
    assert member.get(f"{API}/revisions/{lines[1]['id']}").json()["text"]["title"] == "Lecture latérale"


def test_changes_are_read_in_parts_without_gaps(guest: TestClient, entry: int) -> None:
    first = guest.get(f"{API}/changes", params={"size": 2}).json()
    rest = guest.get(f"{API}/changes", params={"size": 2, "cursor": first["next"]}).json()
    assert len({item["id"] for item in first["items"] + rest["items"]}) == 3  # facts, English, French
    assert rest["next"] is None


def test_sources_are_written_down_and_corrected(sign_in_as: Callable[..., TestClient]) -> None:
    member = sign_in_as(Role.MEMBER)
    given = {
        "key": "mcgrew-2024",
        "title": "Lateral reading",
        "issued": "2024",
        "url": "https://example.org/a",
    }
    made = member.post(f"{API}/sources", json=given)
    assert made.status_code == 201
    address = made.headers["location"]
    tag = member.get(address).headers["etag"]
    corrected = member.put(address, json={**given, "title": "Teaching it"}, headers={"If-Match": tag})
    assert corrected.json()["title"] == "Teaching it"
    assert member.put(address, json=given, headers={"If-Match": '"s0-0"'}).status_code == 412
    assert member.get(address, params={"format": "csl"}).json()["id"] == "mcgrew-2024"
    assert member.get(address, params={"format": "bibtex"}).text.startswith("@misc{mcgrew-2024,")
    assert [item["key"] for item in member.get(f"{API}/sources", params={"q": "teach"}).json()["items"]] == [
        "mcgrew-2024"
    ]


def test_an_entry_is_deleted_and_brought_back(
    sign_in_as: Callable[..., TestClient], guest: TestClient, entry: int
) -> None:
    coordinator = sign_in_as(Role.COORDINATOR)
    assert coordinator.delete(f"{API}/entries/{entry}", params={"reason": "Twice"}).status_code == 204
    assert guest.get(f"{API}/entries/{entry}").status_code == 404
    assert coordinator.post(f"{API}/entries/{entry}/restored").json()["slug"] == "prebunking"
    assert guest.get(f"{API}/entries/{entry}").status_code == 200


def test_what_lies_around_an_entry(app: FastAPI, guest: TestClient, entry: int) -> None:
    with app.state.services.database.write() as session:
        other = make_entry(session, "Inoculation", body="See [[prebunking]].\n", kind=EntryKind.CONCEPT).id
        add_source(session, operator(), SourceData(key="a", title="A"), at=START)
    assert [item["id"] for item in guest.get(f"{API}/entries/{entry}/backlinks").json()["items"]] == [other]
    graph = guest.get(f"{API}/entries/{entry}/graph").json()
    assert {node["id"] for node in graph["nodes"]} == {entry, other}
    assert graph["edges"] == [{"source": other, "target": entry, "type": "link"}]
    assert guest.get(f"{API}/entries/{entry}/relations").json()["items"] == []


def test_lists_refuse_a_cursor_that_no_list_gave(guest: TestClient, entry: int) -> None:
    for path in ("entries", f"entries/{entry}/revisions", "changes", "terms", "crosswalks"):
        refused = guest.get(f"{API}/{path}", params={"cursor": "nonsense"})
        assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json"), (
            path
        )


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "entries", new()),
        ("PUT", "entries/{entry}/texts/en", {"text": {"title": "Prebunking"}}),
        ("PUT", "entries/{entry}/texts/en/title", {"title": "X"}),
        ("PUT", "entries/{entry}/sheet", {"sheet": {}}),
        ("DELETE", "entries/{entry}?reason=x", None),
        ("POST", "entries/{entry}/restored", None),
        ("POST", "sources", {"key": "a", "title": "A"}),
    ],
)
def test_a_guest_may_not_write(guest: TestClient, entry: int, method: str, path: str, body: Any) -> None:
    refused = guest.request(method, f"{API}/{path.format(entry=entry)}", json=body)
    assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")


@pytest.mark.parametrize(
    "path",
    [
        "entries",
        "entries/{entry}",
        "entries/{entry}/texts/en",
        "changes",
        "sources",
        "media",
        "terms",
        "crosswalks",
        "facets",
        "fields",
    ],
)
def test_a_closed_encyclopedia_is_not_read_by_guests(
    app: FastAPI, guest: TestClient, entry: int, path: str
) -> None:
    services = app.state.services
    services.settings = services.settings.model_copy(update={"open_tools": []})
    assert guest.get(f"{API}/{path.format(entry=entry)}").status_code == 401


def test_the_interface_describes_itself(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    own = {path: item for path, item in paths.items() if path.startswith(API)}
    assert len(own) >= 20
    assert all(operation["tags"] == ["Encyclopedia"] for item in own.values() for operation in item.values())
    shapes = app.openapi()["components"]["schemas"]
    assert all(shapes[name]["examples"] for name in ("NewEntry", "SavedText", "SavedSheet"))
