"""The toolkit's own shape: what is written as `AdRecord` comes back as it was."""

import csv
import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_ads.schemas.ads import AdRecord, Refusal, Share
from political_ads.sources.readers import detect, read
from political_ads.sources.readers.plain import tidy
from political_ads.sources.readers.shapes import Origin
from political_ads.sources.readers.toolkit import FORMAT
from political_ads.sources.shipped import DEMONSTRATION, demo_ads
from tests.political_ads.sources.samples import written

AD = AdRecord(
    source="elsewhere",
    platform="facebook",
    external_id="7",
    text="Two lines,\nand <b>markup</b> &amp; a “quote”.",
    countries=("FR", "BE"),
    demographics=(Share(age="18-24", gender="female", share=0.25, country="FR"),),
    regions=(Share(region="Bretagne", people=12),),
    declared_political=False,
    spend_low=0.5,
    impressions_high=10,
    started_at=datetime(2026, 5, 1, 8, tzinfo=UTC),
    targeting={"ages": "18 – 65+", "places": ["France"]},
    extra={"kept": {"nested": [1, 2]}},
    language="en",
)


def records(path: Path) -> list[object]:
    return [each for part in read(path) for each in part.records]


def refusals(path: Path) -> list[Refusal]:
    return [each for part in read(path) for each in part.refusals]


def lines(*rows: dict[str, object]) -> str:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def test_the_demonstration_comes_back_as_it_was() -> None:
    path = DEMONSTRATION / "ads.jsonl"
    assert detect(path).format == "toolkit"
    assert records(path) == list(demo_ads())
    assert refusals(path) == []


def test_an_ad_comes_back_as_it_was_as_json_and_as_a_table(tmp_path: Path) -> None:
    values = AD.model_dump(mode="json")
    path = written(tmp_path, json.dumps(values))
    assert records(path) == [AD]
    table = StringIO()
    cells = {k: json.dumps(v) if isinstance(v, list | dict) else v for k, v in values.items()}
    writer = csv.DictWriter(table, list(cells))
    writer.writeheader()
    writer.writerow(cells)
    path = written(tmp_path, table.getvalue(), "ads.csv")
    assert detect(path).format == "toolkit"
    assert records(path) == [AD]


@given(st.text(max_size=200), st.none() | st.floats(0, 1e12), st.none() | st.integers(0, 10**12))
def test_what_was_stored_once_does_not_change_on_the_way(
    text: str, spend: float | None, reach: int | None
) -> None:
    ad = AD.model_copy(update={"text": tidy(text), "spend_low": spend, "reach": reach, "language": "fr"})
    row = json.loads(ad.model_dump_json())
    assert FORMAT.read(row, Origin()) == ad


def test_a_field_that_is_not_ours_is_kept_beside_and_secrets_are_not(tmp_path: Path) -> None:
    row = {**AD.model_dump(mode="json"), "colour": "green", "library_url": "https://x.example/?id=1&access_token=EAAsecret"}  # fmt: skip
    (ad,) = records(written(tmp_path, json.dumps(row)))
    assert isinstance(ad, AdRecord)
    assert ad.extra["colour"] == "green"
    assert ad.library_url == "https://x.example/?id=1"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"source": ""}, "does not say its source"),
        ({"external_id": None}, "no id"),
        ({"text": ["a"]}, "text is not a text"),
        ({"spend_low": "much"}, "spend_low cannot be used: much"),
        ({"started_at": "03/04/2019"}, "started_at cannot be used"),
        ({"demographics": {"a": 1}}, "demographics is not of the form"),
        ({"demographics": [{"age": "18", "share": 7}]}, "demographics.0.share cannot be used"),
        ({"spend_low": 9, "spend_high": 1}, "lower bound"),
    ],
)
def test_a_row_with_a_mistake_is_refused_and_the_others_taken(
    tmp_path: Path, wrong: dict[str, object], why: str
) -> None:
    good = AD.model_dump(mode="json")
    path = written(tmp_path, lines(good, {**good, "external_id": "8", **wrong}))
    assert records(path) == [AD]
    (refused,) = refusals(path)
    assert refused.line == 2
    assert why in refused.reason
