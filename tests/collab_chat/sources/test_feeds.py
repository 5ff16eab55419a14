"""Fetching feeds: what is read, and what is refused in a sentence."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from collab_chat.core.feeds import Item, NoFeed, fresh_items, matches, pause, read_feed, remembered
from collab_chat.sources.feeds import FeedReader
from common.http import Bounds
from tests.collab_chat.feed_site import FeedSite, feed_site, item, rss
from tests.collab_chat.making import START


@pytest.fixture
def site() -> Iterator[FeedSite]:
    with feed_site() as served:
        yield served


@pytest.fixture
def reader() -> Iterator[FeedReader]:
    bounds = Bounds(connect=1.0, read=1.0, total=1.5, attempts=1, body=3_000_000, rate=1e6)
    made = FeedReader("http://tests", frozenset({"127.0.0.1"}), bounds=bounds)
    yield made
    made.close()


def test_rss_and_atom_are_read(site: FeedSite, reader: FeedReader) -> None:
    site.body = rss(item("a", "Closed &amp; open", "Said &lt;b&gt;so&lt;/b&gt;"))
    found = reader.fetch(f"{site.url}/feed", at=START)
    assert found.content is not None
    assert found.content.name == "Fact checks"
    (one,) = found.content.items
    assert (one.title, one.text, one.url) == ("Closed & open", "Said so", "https://example.org/a")
    assert one.at == START - timedelta(hours=1)
    atom = reader.fetch(f"{site.url}/atom", at=START).content
    assert atom is not None
    assert [(each.title, each.text) for each in atom.items] == [("A & B", "One")]


def test_a_feed_is_asked_only_whether_it_changed(site: FeedSite, reader: FeedReader) -> None:
    first = reader.fetch(f"{site.url}/feed", at=START)
    again = reader.fetch(f"{site.url}/feed", etag=first.etag, modified=first.modified, at=START)
    assert (again.content, again.error, again.etag) == (None, "", '"1"')
    headers = site.asked[-1][1]
    assert headers["If-None-Match"] == '"1"'
    assert headers["If-Modified-Since"] == "Mon, 02 Nov 2026 08:00:00 GMT"
    assert headers["User-Agent"].startswith("disinfo-toolkit/1")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("huge", "larger than 3 MB"),
        ("packed", "larger than 3 MB"),
        ("slow", "too long"),
        ("laughs", "no RSS or Atom"),
        ("page", "no RSS or Atom"),
        ("inward", "not public|not on the public|cannot be used|Port"),
        ("metadata", "not on the public"),
        ("broken", "500"),
    ],
)
def test_bombs_and_traps_are_answers_in_a_sentence(
    site: FeedSite, reader: FeedReader, path: str, words: str
) -> None:
    found = reader.fetch(f"{site.url}/{path}", at=START)
    assert found.content is None
    assert any(word in found.error for word in words.split("|")), found.error


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1/feed", "file:///etc/passwd"]
)
def test_our_own_network_is_not_asked(url: str) -> None:
    reader = FeedReader("http://tests", bounds=Bounds(total=2.0, attempts=1))
    try:
        assert reader.fetch(url, at=START).error
    finally:
        reader.close()


def test_what_a_site_asks_for_is_kept(site: FeedSite, reader: FeedReader) -> None:
    assert reader.fetch(f"{site.url}/busy", at=START).wait == timedelta(hours=2)
    assert reader.fetch(f"{site.url}/gone", at=START).gone


def test_entities_are_refused_in_other_encodings_too() -> None:
    text = '<?xml version="1.0"?><!DOCTYPE r [<!EnTiTy a "x">]><rss version="2.0"></rss>'
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        with pytest.raises(NoFeed):
            read_feed(text.encode(encoding))


def _item(key: str, title: str = "", days: float | None = 0) -> Item:
    return Item(key, title, "", "", None if days is None else START - timedelta(days=days))


def test_on_the_first_poll_old_items_are_known_and_not_raised() -> None:
    items = [_item("new"), _item("old", days=2), _item("undated", days=None)]
    assert [one.key for one in fresh_items(items, (), (), at=START, first=True)] == ["new"]
    assert [one.key for one in fresh_items(items, {"new"}, (), at=START, first=False)] == ["old", "undated"]


def test_words_are_whole_words_and_phrases() -> None:
    one = _item("a", "Élections: the Polling Station moved")
    assert matches(one, ())
    assert matches(one, ["polling station"])
    assert matches(one, ["nothing", "élections"])
    assert not matches(one, ["poll"])


def test_what_was_left_for_the_next_poll_is_not_remembered() -> None:
    items = [_item("c"), _item("b")]
    assert remembered(["a"], items, {"b"}) == ["c", "a"]


def test_the_pause_doubles_with_failures_and_ends_at_a_day() -> None:
    assert [pause(15, failures) for failures in (0, 1, 2)] == [timedelta(minutes=m) for m in (15, 30, 60)]
    assert pause(15, 50) == timedelta(days=1)
