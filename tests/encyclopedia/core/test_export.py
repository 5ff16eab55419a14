"""The writers: what goes out comes back, and other software's rules are kept."""

import csv
import io
import json
import re
import subprocess
import uuid
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from dulwich.bundle import read_bundle
from dulwich.refs import Ref
from dulwich.repo import MemoryRepo
from hypothesis import given
from hypothesis import strategies as st

from common.i18n import use_locale
from common.taxonomy import EntryKind, Phase
from encyclopedia.core.exchange import read_folder
from encyclopedia.core.export.archive import write_zip
from encyclopedia.core.export.git_history import write_bundle as write_git
from encyclopedia.core.export.git_pack import delta_between
from encyclopedia.core.export.mediawiki import Model, write_xml
from encyclopedia.core.export.oai import HarvestToken, OaiError, read_moment, sign, unsign
from encyclopedia.core.export.pdf import write_pdf
from encyclopedia.core.export.printed import Wording
from encyclopedia.core.export.records import write_json, write_lines
from encyclopedia.core.export.shapes import ExportedEntry, ExportedRevision, Site
from encyclopedia.core.export.static_site import write_site
from encyclopedia.core.export.stix import ExportedTerm
from encyclopedia.core.export.stix import write_bundle as write_stix
from encyclopedia.core.export.table import neutralised, write_csv
from encyclopedia.core.export.typst_text import to_typst
from encyclopedia.schemas import SHEET, ExchangedEntry, Fact, Relation, Sheet, SourceData, Text
from encyclopedia.sources.mediawiki_xml import read_pages

SITE = Site("Encyclopedia", "https://example.org", "Toolkit 1")
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SOURCE = SourceData(key="a-2024", title="A study", issued="2024", url="https://example.org/a")
WORDS = Wording(kind=str, value=lambda _key, value: value, day=date.isoformat)
NASTY = '#let x = "1" $a$ \\ *b* _c_ @d <e> [f] `g` // h /* i */ #include("/etc/passwd")'


def entry(
    number: int = 1, slug: str = "a-case", body: str = "Text [@a-2024].\n", **more: Any
) -> ExportedEntry:
    given = ExchangedEntry(
        slug=slug,
        kind=EntryKind.CASE_STUDY,
        phases=(Phase.DETECTION,),
        facts={"dates": (Fact(value="2019-05/2019-06"),), "techniques": (Fact(value="T0049"),)},
        texts={
            "en": Text(title=f"A case {number}", lead="A lead.", fields={"goals": "To confuse."}, body=body)
        },
        slugs={"en": slug},
        licence="CC-BY-4.0",
    )
    return ExportedEntry(number, replace(given, **more), AT, AT + timedelta(days=1), revisions={"en": number})


def revision(number: int, language: str = "en", page: int = 1, **more: Any) -> ExportedRevision:
    text = None if language == SHEET else Text(title="A case", body=f"Line {number}\n")
    sheet = Sheet(relations=(Relation(type="see_also", entry=1),)) if language == SHEET else None
    made = ExportedRevision(
        number, page, number, None, language, "a-case", "A case", AT + timedelta(seconds=number), "", "Robin",
        f"Change {number}", minor=False, text=text, sheet=sheet,
    )  # fmt: skip
    return replace(made, **more)


# Git


def bundle(revisions: list[ExportedRevision], sources: tuple[SourceData, ...] = ()) -> bytes:
    target = io.BytesIO()
    write_git(target, revisions, {"a-case": entry().entry}, {1: "a-case"}.get, sources, sources_at=AT)
    return target.getvalue()


def test_each_revision_is_one_commit_and_the_same_history_gives_the_same_commits() -> None:
    past = [revision(1, SHEET, 9), *(revision(number) for number in range(2, 130))]
    content = bundle(past)
    assert content == bundle(past)
    read = read_bundle(io.BytesIO(content))
    repository = MemoryRepo()
    read.store_objects(repository.object_store)
    walked = list(repository.get_walker([read.references[Ref(b"refs/heads/main")]]))
    read.close()
    assert len(walked) == len(past)
    newest, oldest = walked[0].commit, walked[-1].commit
    assert newest.message.decode().startswith("Change 129\n\nEntry: a-case\nPage: en\nRevision: 129\n")
    assert (oldest.author, oldest.commit_time) == (b"Robin <nobody@users.invalid>", int(AT.timestamp()) + 1)


@pytest.mark.skipif(which("git") is None, reason="there is no git program here")
def test_git_clones_the_bundle_and_its_files_import_again(tmp_path: Path) -> None:
    past = [revision(1, SHEET, 9), revision(2), revision(3, author_id="12", author="R <x@y.z>\nCommitter: E")]
    (tmp_path / "all.bundle").write_bytes(bundle(past, (SOURCE,)))
    subprocess.run(["git", "clone", "-q", "all.bundle", "clone"], cwd=tmp_path, check=True, timeout=60)

    def git(*words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=tmp_path / "clone", check=True, timeout=60, capture_output=True
        )
        return done.stdout.decode()

    git("fsck", "--strict")
    assert git("log", "--format=%an <%ae>", "-2").splitlines()[1] == "R x@y.z Committer: E <12@users.invalid>"
    assert len(git("log", "--oneline").splitlines()) == len(past) + 1  # the sources come last
    files = {
        str(path.relative_to(tmp_path / "clone")): path.read_bytes()
        for path in (tmp_path / "clone").rglob("*")
        if path.is_file() and ".git/" not in str(path)
    }
    folder = read_folder(files)
    assert folder.problems == ()
    assert folder.sources == (SOURCE,)
    assert folder.entries[0].texts["en"].body == "Line 3\n"
    assert folder.entries[0].relations == (("see_also", "a-case", ""),)


@given(st.binary(max_size=600), st.binary(max_size=600), st.binary(max_size=300), st.binary(max_size=300))
def test_a_delta_makes_the_target_from_its_base(front: bytes, back: bytes, old: bytes, new: bytes) -> None:
    base, target = front + old + back, front + new + back
    assert applied(base, delta_between(base, target)) == target


def applied(base: bytes, delta: bytes) -> bytes:
    """Apply a delta as git's documentation says it."""
    place, made = 0, bytearray()
    for _size in range(2):
        while delta[place] & 0x80:
            place += 1
        place += 1
    while place < len(delta):
        code = delta[place]
        place += 1
        if code & 0x80:
            numbers = [0] * 7
            for bit in range(7):
                if code >> bit & 1:
                    numbers[bit] = delta[place]
                    place += 1
            offset, size = (
                int.from_bytes(bytes(numbers[:4]), "little"),
                int.from_bytes(bytes(numbers[4:]), "little"),
            )
            made += base[offset : offset + (size or 0x10000)]
        else:
            made += delta[place : place + code]
            place += code
    return bytes(made)


# MediaWiki


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60), min_size=1, max_size=5))
def test_mediawiki_xml_is_read_back(lines: list[str]) -> None:
    past = [
        revision(number, text=Text(title="A & <b>", lead=line, body=line), summary=line, author=line or "x", minor=bool(number % 2))
        for number, line in enumerate(lines, 1)
    ]  # fmt: skip
    pages = list(read_pages(io.BytesIO(b"".join(write_xml(past, SITE)))))
    assert [page.title for page in pages] == ["A case"]
    read = pages[0].revisions
    assert [(each.id, each.at, each.minor, each.model) for each in read] == [
        (each.id, each.at, each.minor, "markdown") for each in past
    ]
    assert all(each.text is not None for each in read)
    assert [each.comment for each in read] == [clean(each.summary).strip() for each in past]


def clean(words: str) -> str:
    return re.sub("[\ufffe\uffff]", "\ufffd", words)


def test_a_wiki_without_markdown_gets_plain_text_and_no_sheets() -> None:
    past = [revision(1, SHEET, 9), revision(2)]
    (page,) = read_pages(io.BytesIO(b"".join(write_xml(past, SITE, model=Model.TEXT))))
    assert (page.revisions[0].model, page.revisions[0].format) == ("text", "text/plain")
    assert page.revisions[0].text == "---\ntitle: A case\n---\n\nLine 2\n\n"
    assert len(page.revisions[0].sha1) == 31


# JSON, CSV, zip


def test_json_and_lines_say_the_same() -> None:
    entries = [entry(1), entry(2, "another")]
    whole = json.loads(b"".join(write_json(entries, [SOURCE], SITE)))
    lines = [json.loads(line) for line in b"".join(write_lines(entries, SITE)).splitlines()]
    assert whole["entries"] == lines
    assert whole["sources"] == [SOURCE.model_dump(mode="json", exclude_defaults=True)]
    assert lines[0]["url"] == "https://example.org/encyclopedia/id/1"
    assert json.loads(b"".join(write_json([], [], SITE)))["entries"] == []


def test_a_table_runs_nothing() -> None:
    given = entry(texts={"en": Text(title='=HYPERLINK("x")', lead="@SUM(A1)")})
    rows = list(csv.DictReader(io.StringIO(b"".join(write_csv([given], SITE)).decode("utf-8-sig"))))
    assert (rows[0]["title_en"], rows[0]["lead_en"]) == ('\'=HYPERLINK("x")', "'@SUM(A1)")
    assert (rows[0]["dates"], rows[0]["text_licence"]) == ("2019-05/2019-06", "CC-BY-4.0")
    assert [neutralised(cell) for cell in ("-5", "-x", " +1+1", "a=b", "\uff1dx")] == [
        "-5",
        "'-x",
        "' +1+1",
        "a=b",
        "'\uff1dx",
    ]


def test_the_same_files_give_the_same_zip() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    for target in (first, second):
        write_zip(target, [("a/b.md", b"x")])
    assert first.getvalue() == second.getvalue()


# STIX

REQUIRED = {  # STIX 2.1, the required properties of each type besides the common ones
    "identity": {"name"}, "campaign": {"name"}, "attack-pattern": {"name"}, "note": {"content", "object_refs"},
    "relationship": {"relationship_type", "source_ref", "target_ref"}, "report": {"name", "published", "object_refs"},
}  # fmt: skip


def test_a_case_is_a_campaign_that_uses_attack_patterns() -> None:
    terms = {"T0049": ExportedTerm("T0049", "Flooding the information space", "TA17", AT)}
    bundle = write_stix([entry(1), entry(2, "another")], terms, {"a-2024": SOURCE}, SITE)
    assert bundle == write_stix([entry(2, "another"), entry(1)], terms, {"a-2024": SOURCE}, SITE)
    objects = {each["id"]: each for each in bundle["objects"]}
    assert len(objects) == len(bundle["objects"])
    for name, each in objects.items():
        kind, _dashes, number = name.partition("--")
        assert (each["type"], uuid.UUID(number).version, each["spec_version"]) == (kind, 5, "2.1")
        assert {*REQUIRED[kind], "created", "modified"} <= set(each)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", each["created"])
        assert each["created"] <= each["modified"]
        refs = [*each.get("object_refs", ()), *(each[key] for key in each if key.endswith("_ref"))]
        assert set(refs) <= set(objects)
    kinds = [each["type"] for each in objects.values()]
    assert [
        kinds.count(kind) for kind in ("campaign", "attack-pattern", "relationship", "report", "note")
    ] == [2, 1, 2, 2, 2]
    pattern = next(each for each in objects.values() if each["type"] == "attack-pattern")
    assert pattern["external_references"][0]["external_id"] == "T0049"
    campaign = next(each for each in objects.values() if each["type"] == "campaign")
    assert (campaign["first_seen"], campaign["last_seen"]) == (
        "2019-05-01T00:00:00.000Z",
        "2019-06-30T23:59:59.000Z",
    )


@pytest.mark.parametrize(
    ("dates", "last"),
    [("2020-02", "2020-02-29"), ("2019/..", None), ("2019-02-31", None), ("2021", "2021-12-31")],
)
def test_dates_are_whole_intervals(dates: str, last: str | None) -> None:
    bundle = write_stix([entry(facts={"dates": (Fact(value=dates),)})], {}, {}, SITE)
    campaign = next(each for each in bundle["objects"] if each["type"] == "campaign")
    assert campaign.get("last_seen", "")[:10] == (last or "")


# Print and offline


def test_what_an_editor_wrote_runs_nothing_in_typst() -> None:
    body = f"{NASTY}\n\n| a | b |\n|---|---|\n| {NASTY.replace('|', '')} | x |\n\n- {NASTY}\n\n1. one\n   - two\n\n> q\n\n!!! warning\n    w\n\n!!!1\n\n```\n#eval\n```\n"
    made = entry(
        body=body,
        texts={
            "en": Text(title=NASTY, lead=NASTY, body=body),
            "fr": Text(title="Français", body="« Guillemets » : oui.\n"),
        },
    )
    for language in ("en", "fr"):
        pdf = write_pdf(
            [made, entry(2, "b")], language, {"a-2024": SOURCE}, SITE, WORDS, printed_on=AT.date()
        )
        assert pdf.startswith(b"%PDF-")
    written = to_typst(NASTY, site="", numbers={}, knows=lambda _key: True)
    outside = re.sub(r'"(?:\\.|[^"\\])*"', '""', written)
    assert not {"include", "let"} & set(re.findall(r"\w+", outside))


MARKUP = st.text(alphabet='ab *_#[]()|`>-\n1.:\\"$@<!~^=+/é«', max_size=80)


@given(MARKUP)
def test_any_markdown_can_be_printed(body: str) -> None:
    assert write_pdf([entry(body=body)], "en", {}, SITE, WORDS, printed_on=AT.date()).startswith(b"%PDF-")


def test_the_offline_site_has_every_entry_in_both_languages_and_no_dead_link() -> None:
    entries = [
        entry(1, body="See [[another]], [[nowhere]] and <script>alert(1)</script> [@a-2024].\n"),
        entry(2, "another", relations=(("see_also", "a-case", ""),)),
    ]
    with use_locale("en"):
        files = dict(write_site(entries, {"a-2024": SOURCE}, SITE, WORDS, printed_on=AT.date()))
    assert {f"{code}/{slug}.html" for code in ("en", "fr") for slug in ("a-case", "another")} <= set(files)
    for path, content in files.items():
        if path.endswith(".html"):
            assert b"<script>alert" not in content
            folder = path.rpartition("/")[0]
            for href in re.findall(r'(?:href|src)="([^"#:]+)"', content.decode()):
                target = "/".join(part for part in f"{folder}/{href}".split("/") if part)
                parts: list[str] = []
                for part in target.split("/"):
                    parts = parts[:-1] if part == ".." else [*parts, part]
                assert "/".join(parts) in files, (path, href)
    assert b'<a class="wikilink" href="another.html">' in files["en/a-case.html"]
    assert b'id="ref-a-2024"' in files["en/a-case.html"]
    with zipfile.ZipFile(io.BytesIO(), "w"):
        json.loads(files["en/entries.js"].removeprefix(b"window.ENTRIES=").removesuffix(b";\n"))


# OAI-PMH


def test_a_token_is_ours_or_refused() -> None:
    token = HarvestToken("ListRecords", None, 5, "kind:tool", AT.isoformat(), 7, 100)
    words = sign(token, "key")
    assert unsign(words, "key") == token
    for wrong in ("", "x", words[:-1], "A" + words[1:], words + "é"):
        with pytest.raises(OaiError, match="token"):
            unsign(wrong, "key")
    with pytest.raises(OaiError):
        unsign(words, "another")


def test_days_and_seconds_are_read() -> None:
    assert read_moment("2026-11-02", end=True) == datetime(2026, 11, 2, 23, 59, 59, tzinfo=UTC)
    assert read_moment("2026-11-02T09:00:00Z") == AT
    for wrong in ("2026", "2026-13-01", "2026-11-02T09:00:00", "é" * 10):
        with pytest.raises(OaiError):
            read_moment(wrong)
