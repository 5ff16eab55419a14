"""MediaWiki exports: pages and history as a stream, hostile and broken files, and what becomes of pages."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from common.errors import Invalid
from common.taxonomy import EntryKind
from encyclopedia.core.exchange import dump_page
from encyclopedia.schemas import Text
from encyclopedia.sources.mediawiki_xml import WikiPage, read_pages
from encyclopedia.sources.wiki_entries import bring_page

HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-{version}/" version="{version}" xml:lang="en">
  <siteinfo><sitename>Some Wiki</sitename><base>https://wiki.example/wiki/Main</base><generator>MediaWiki 1.39</generator>
    <namespaces><namespace key="0" case="first-letter" /><namespace key="1" case="first-letter">Talk</namespace></namespaces>
  </siteinfo>
"""
PAGE = """  <page><title>Gauge</title><ns>0</ns><id>7</id>
    <revision><id>12</id><parentid>11</parentid><timestamp>2020-02-01T10:00:00Z</timestamp>
      <contributor><ip>192.0.2.1</ip></contributor><minor/><comment>more</comment><origin>12</origin>
      <model>wikitext</model><format>text/x-wiki</format>
      <text bytes="40" sha1="abc" xml:space="preserve">'''Gauge''' counts &amp; more. {{box}} [[Category:Tools]]</text><sha1>abc</sha1></revision>
    <revision><id>11</id><timestamp>2020-01-01T10:00:00Z</timestamp>
      <contributor><username>Ada</username><id>3</id></contributor><comment>first</comment>
      <text xml:space="preserve">'''Gauge''' counts.</text></revision>
    <revision><id>13</id><timestamp>2020-01-15T10:00:00Z</timestamp><contributor deleted="deleted" /><text deleted="deleted" /></revision>
  </page>
"""
TALK = "<page><title>Talk:Gauge</title><ns>1</ns><id>8</id><revision><id>1</id><timestamp>2020-01-01T10:00:00Z</timestamp><text>x</text></revision></page>"
REDIRECT = '<page><title>Gage</title><ns>0</ns><id>9</id><redirect title="Gauge" /><revision><id>2</id><timestamp>2020-01-01T10:00:00Z</timestamp><text>#REDIRECT [[Gauge]]</text></revision></page>'


def pages(body: str, version: str = "0.11") -> list[WikiPage]:
    return list(read_pages(io.BytesIO((HEAD.replace("{version}", version) + body + "</mediawiki>").encode())))


@pytest.mark.parametrize("version", ["0.10", "0.11"])
def test_pages_come_with_their_history_oldest_first(version: str) -> None:
    (page,) = pages(PAGE, version)

    assert (page.id, page.title, page.site.name, page.site.namespaces[1]) == (7, "Gauge", "Some Wiki", "Talk")
    assert [revision.id for revision in page.revisions] == [11, 13, 12]
    first, hidden, last = page.revisions
    assert (first.contributor, first.comment, first.minor, first.model) == ("Ada", "first", False, "wikitext")
    assert (hidden.contributor, hidden.text) == ("", None)
    assert (last.contributor, last.minor, last.parent, last.sha1) == ("192.0.2.1", True, 11, "abc")
    assert last.at == datetime(2020, 2, 1, 10, tzinfo=UTC)


def test_a_page_becomes_an_entry_with_its_history() -> None:
    brought = bring_page(pages(PAGE)[0], language="en", licence="CC-BY-SA-4.0")

    assert brought.entry is not None
    entry = brought.entry.entry
    assert (entry.slug, entry.kind, entry.licence) == ("gauge", EntryKind.TOOL, "CC-BY-SA-4.0")
    assert "Some Wiki" in entry.attribution
    assert entry.texts["en"].body == "**Gauge** counts & more. `{{box}}`"
    assert [(revision.author, revision.summary) for revision in brought.revisions] == [
        ("Ada", "first"),
        ("192.0.2.1", "more"),
    ]
    assert brought.entry.origin == "https://wiki.example/wiki/Main#7"
    assert [note.text for note in brought.not_understood] == ["{{box}}"]
    assert str(brought.line.notes[0]).endswith("left out: 1.")


def test_talk_is_passed_over_and_a_redirect_is_one() -> None:
    talk, redirect = (bring_page(page, language="en") for page in pages(TALK + REDIRECT))

    assert (talk.entry, talk.line.outcome) == (None, "passed_over")
    assert redirect.redirect == ("gage", "gauge")


def test_markdown_stays_as_it_is_and_our_own_pages_keep_their_fields() -> None:
    own = dump_page(Text(title="A", fields={"what": "x"}, body="'''no wikitext'''"))
    body = "".join(
        f"<page><title>P{number}</title><ns>0</ns><id>{number}</id><revision><id>1</id><timestamp>2020-01-01T10:00:00Z</timestamp>"
        f"<model>markdown</model><format>text/markdown</format><text>{text}</text></revision></page>"
        for number, text in enumerate([own, "**plain** '''kept'''"], start=1)
    )

    first, second = (bring_page(page, language="en").entry for page in pages(body))

    assert first is not None
    assert second is not None
    assert first.entry.texts["en"] == Text(title="A", fields={"what": "x"}, body="'''no wikitext'''")
    assert second.entry.texts["en"].body == "**plain** '''kept'''"


def test_what_was_read_before_a_break_stays_and_the_place_is_named() -> None:
    stream: Iterator[WikiPage] = read_pages(
        io.BytesIO((HEAD.replace("{version}", "0.11") + PAGE + "<page><title>B").encode())
    )

    assert next(stream).title == "Gauge"
    with pytest.raises(Invalid, match=r"breaks at line 1\d, column \d+"):
        next(stream)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "breaks at line 1"),
        (b"<html/>", "not a MediaWiki export"),
        (HEAD.replace("{version}", "0.3").encode() + b"</mediawiki>", "version is 0.3"),
        (
            b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><mediawiki>&z;</mediawiki>',
            "document type or entities",
        ),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><mediawiki/>', "document type or entities"),
        (
            (HEAD + PAGE.replace("2020-01-01", "yesterday")).replace("{version}", "0.11").encode()
            + b"</mediawiki>",
            "not a moment",
        ),
        (
            (HEAD + PAGE.replace("<id>7</id>", "<id>seven</id>")).replace("{version}", "0.11").encode()
            + b"</mediawiki>",
            "not a number",
        ),
        (HEAD.replace("{version}", "0.11").encode() + b"\xff\xfe</mediawiki>", "breaks at line"),
    ],
)
def test_a_file_that_is_no_export_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        list(read_pages(io.BytesIO(content)))
