"""Malformed, truncated, oversized and misnamed files: each costs what is broken, and says so."""

import contextlib
import gzip
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid, Problem
from political_ads.schemas.ads import LONGEST_TEXT, AdRecord
from political_ads.sources.readers import Part, detect, read
from tests.political_ads.sources import samples
from tests.political_ads.sources.samples import META, written


def ads(count: int) -> list[dict[str, object]]:
    return [{"id": str(number), "ad_creative_bodies": [f"Ad number {number}"]} for number in range(count)]


def outcome(parts: list[Part]) -> tuple[list[str], list[tuple[int, str]]]:
    taken = [each.external_id for part in parts for each in part.records]
    return taken, [(each.line, each.reason) for part in parts for each in part.refusals]


def test_a_list_that_is_cut_off_keeps_the_ads_before_the_cut(tmp_path: Path) -> None:
    text = json.dumps(ads(50))
    taken, refused = outcome(list(read(written(tmp_path, text[: len(text) - 20]))))
    assert taken == [str(number) for number in range(49)]
    assert refused == [(50, "The file ends in the middle of this record.")]


def test_a_page_that_is_cut_off_keeps_the_ads_before_the_cut(tmp_path: Path) -> None:
    text = json.dumps({"data": ads(20), "paging": {}})
    taken, refused = outcome(list(read(written(tmp_path, text[: text.index("Ad number 19") + 4]))))
    assert len(taken) == 19
    assert refused == [(20, "The file ends in the middle of this record.")]


def test_a_table_that_is_cut_off_keeps_the_rows_before_the_cut(tmp_path: Path) -> None:
    rows = [f'{number},Page,"A text, number {number}",2026-01-01' for number in range(20)]
    text = "\n".join(["id,page,text,day", *rows])
    taken, refused = outcome(list(read(written(tmp_path, text, "whole.csv"))))
    assert (len(taken), refused) == (20, [])  # the last line needs no end
    for cut in (len(",2026-01-01"), len('",2026-01-01') + 3):
        taken, refused = outcome(list(read(written(tmp_path, text[:-cut], f"cut{cut}.csv"))))
        assert len(taken) == 19
        assert len(refused) == 1
    taken, refused = outcome(list(read(written(tmp_path, text[:-11] + "\n", "short.csv"))))
    assert (len(taken), refused) == (20, [])  # short, and whole


def test_a_broken_record_costs_only_itself(tmp_path: Path) -> None:
    lines = [json.dumps(each) for each in ads(5)]
    broken = ",\n".join([lines[0], '{"id": "1", "ad_creative_bodies": [oops]}', *lines[2:]])
    taken, refused = outcome(list(read(written(tmp_path, f"[{broken}]"))))
    assert taken == ["0", "2", "3", "4"]
    assert refused[0][0] == 2
    taken, refused = outcome(
        list(read(written(tmp_path, "\n".join([lines[0], '{"id": "1"', "[1]", "null", *lines[2:]]))))
    )
    assert taken == ["0", "2", "3", "4"]
    assert [line for line, _reason in refused] == [2, 3, 4]


def test_every_cut_of_every_format_is_survived(tmp_path: Path) -> None:
    for key, (text, _taken) in samples.ALL.items():
        data = text.encode()
        for length in range(0, len(data), 37):
            path = written(tmp_path, data[:length], f"{key}.dat")
            with contextlib.suppress(Problem):  # what cannot be read at all is said in one sentence
                for part in read(path):
                    assert part.rows_read == len(part.records) + len(part.refusals)


@pytest.mark.parametrize("kind", ["lines", "list", "csv"])
def test_a_line_of_many_megabytes_is_refused_without_holding_it(tmp_path: Path, kind: str) -> None:
    """A hundredth of a gigabyte against a hundredth of the bound: the ratio of the real case."""
    most, size = 80_000, 12_000_000
    path = tmp_path / "huge"
    with path.open("w") as file:
        if kind == "csv":
            file.write("ad_id,transcript,tone_derived\n1,first,promote\n2,")
        else:
            file.write(
                ("[" if kind == "list" else "") + json.dumps(ads(1)[0]) + (",\n" if kind == "list" else "\n")
            )
            file.write('{"id": "2", "ad_creative_bodies": ["\\"{')
        for _piece in range(size // 1000):
            file.write("x" * 1000)
        file.write(",promote\n3,third,promote\n" if kind == "csv" else '"]}' + (",\n" if kind == "list" else "\n") + json.dumps({"id": "3", "ad_creative_bodies": ["third"]}) + ("]" if kind == "list" else "\n"))  # fmt: skip
    tracemalloc.start()
    parts = list(read(path, format="wmp_2020" if kind == "csv" else "meta_ads", most=most))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    taken, refused = outcome(parts)
    assert len(taken) == 2
    assert taken[-1] == "3"
    assert [reason for _line, reason in refused] == ["This is longer than 0 MB."]
    assert peak < size


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings_are_found_out(tmp_path: Path, encoding: str) -> None:
    text = "ad_id,transcript,tone_derived\n1,Un été à l’école – déjà,promote\n"
    part = next(iter(read(written(tmp_path, text.encode(encoding)))))
    assert isinstance(part.records[0], AdRecord)
    assert part.records[0].text == "Un été à l’école – déjà"
    assert bool(part.notes) is (encoding not in ("utf-8", "utf-8-sig"))


def test_a_gzipped_file_is_read_and_a_damaged_one_up_to_the_damage(tmp_path: Path) -> None:
    packed = gzip.compress("\n".join(json.dumps(each) for each in ads(3000)).encode())
    taken, _refused = outcome(list(read(written(tmp_path, packed))))
    assert len(taken) == 3000
    parts = list(read(written(tmp_path, packed[: len(packed) // 2])))
    assert 0 < len(outcome(parts)[0]) < 3000
    assert any("damaged" in note for part in parts for note in part.notes)


def test_archives_are_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="zip"):
        detect(written(tmp_path, b"PK\x03\x04rest"))


def test_separators_may_be_mixed_row_by_row(tmp_path: Path) -> None:
    text = "ad_id;transcript;tone_derived\n1;one;promote\n2,two,promote\n3\tthree\tpromote\n4 four promote\n"
    taken, refused = outcome(list(read(written(tmp_path, text))))
    assert taken == ["1", "2", "3"]
    assert refused == [(5, "The row has one cell where the header has 3 columns.")]


def test_a_quotation_mark_that_is_left_open_costs_its_own_line(tmp_path: Path) -> None:
    text = 'ad_id,transcript,tone_derived\n1,"open,promote\n2,two,promote\n3,"three\nlines",promote\n4,four,promote,more\n'
    taken, refused = outcome(list(read(written(tmp_path, text))))
    assert taken == ["2", "3"]
    assert [line for line, _reason in refused] == [2, 6]


def test_formulas_are_kept_as_text(tmp_path: Path) -> None:
    text = 'ad_id,transcript,tone_derived,page_name\n1,"=HYPERLINK(""https://x.example"")",promote,+cmd\n'
    record = next(iter(read(written(tmp_path, text)))).records[0]
    assert isinstance(record, AdRecord)
    assert (record.text, record.page_name) == ('=HYPERLINK("https://x.example")', "+cmd")


def test_an_id_that_comes_twice_is_refused_with_the_line_of_the_first(tmp_path: Path) -> None:
    lines = [json.dumps(META), json.dumps({**META, "id": "2"}), json.dumps({**META, "id": 700000000000001})]
    taken, refused = outcome(list(read(written(tmp_path, "\n".join(lines)))))
    assert taken == [META["id"], "2"]
    assert refused == [(3, "The same id stands on line 1 already.")]


def test_an_ad_without_id_or_with_bounds_that_cannot_be_is_refused(tmp_path: Path) -> None:
    wrong = [
        {**META, "id": ""},
        {**META, "id": "2", "spend": {"lower_bound": "9", "upper_bound": "1"}},
        {**META, "id": "x" * 201},
    ]
    taken, refused = outcome(list(read(written(tmp_path, json.dumps(wrong)))))
    assert taken == []
    assert [reason for _line, reason in refused] == [
        "The ad has no id.",
        "The lower bound of the spending is above the upper one.",
        "The id is longer than 200 characters.",
    ]


def test_a_text_without_end_is_cut_and_that_is_said(tmp_path: Path) -> None:
    part = next(iter(read(written(tmp_path, json.dumps({**META, "ad_creative_bodies": ["word " * 9_000]})))))
    assert isinstance(part.records[0], AdRecord)
    assert len(part.records[0].text) == LONGEST_TEXT
    assert part.notes == ("1 text was longer than 20000 characters and was cut.",)


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    deep = "[" * 100_000
    taken, refused = outcome(list(read(written(tmp_path, json.dumps(META) + '\n{"id": ' + deep + "\n"))))
    assert taken == [META["id"]]
    assert refused[0][0] == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("# About this folder\n\nIt holds ads, from 2019, and more.\n", "No ads were recognised"),
        ('{"$schema": "http://json-schema.org", "title": "Ads"}', "a JSON schema"),
        ('{"question_fr": "Quel est son objet ?", "labels": [{"key": "A"}]}', "the labels and words"),
        ("Country,Country_Subdivision_Primary,Spend_USD\nUS,US-CA,5\n", "spending by region"),
        (
            "final size of training data: 138168\n   precision  recall\n0.0  0.98  0.94\n",
            "No ads were recognised",
        ),
        ("[1, 2, 3]", "No ads were recognised"),
        ("{", "ends in the middle"),
        ("a,b\n1,2\n", "It has: a, b"),
    ],
)
def test_files_that_hold_no_ads_are_refused_with_what_was_expected(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        detect(written(tmp_path, text))


@given(st.binary(max_size=400))
def test_no_bytes_break_the_readers(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = written(tmp_path_factory.mktemp("bytes"), data)
    for key in ("meta_ads", "wmp_2020", "meta_report"):
        with contextlib.suppress(Problem):
            assert all(part.rows_read for part in read(path, format=key))


def test_what_is_refused_shows_neither_tokens_nor_billing_addresses(tmp_path: Path) -> None:
    rows = [{**META, "id": "", "ad_creative_bodies": []}, META]
    part = next(iter(read(written(tmp_path, json.dumps(rows)[:-20]))))
    assert len(part.refusals) == 2
    assert "EAAsecret" not in str(part.refusals)
    snap = samples.SNAP.replace("ab12,", ",")
    part = next(iter(read(written(tmp_path, snap))))
    assert part.refusals[0].reason == "The ad has no id."
    assert "An Agency" in part.refusals[0].excerpt
    assert "Home Street" not in part.refusals[0].excerpt
