"""The forms of open data that need no database."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

from hypothesis import given
from hypothesis import strategies as st

from political_ads.core.export.cells import csv_lines, neutralised
from political_ads.core.export.label_studio import annotation, interface, prediction
from political_ads.core.export.pseudonyms import pseudonym
from political_ads.core.export.rows import (
    TABLES,
    LabelRow,
    as_cells,
    column_types,
    columns_of,
    dictionary,
    marked_words,
)
from political_ads.core.export.transparency import PublishedAd, transparency_record
from political_ads.core.spans import AgreedSpan
from tests.political_ads.invented_questionnaire import ALL_KINDS

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")


@given(st.text())
def test_no_cell_begins_a_formula(text: str) -> None:
    safe = neutralised(text)
    bare = safe.lstrip(" \u00a0\ufeff")
    assert not bare.startswith(DANGEROUS) or bare.lstrip("+-").replace(".", "", 1).isdigit()


@given(st.lists(st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))))
def test_cells_come_back_as_they_were_but_for_the_apostrophe(cells: list[str]) -> None:
    if not cells:
        return
    (row,) = csv.reader(io.StringIO(csv_lines([cells]), newline=""))
    assert row == [neutralised(cell) for cell in cells]


def test_pseudonyms_depend_on_the_key_alone() -> None:
    assert pseudonym(7, b"a" * 32) == pseudonym(7, b"a" * 32) != pseudonym(7, b"b" * 32)
    assert len({pseudonym(number, b"a" * 32) for number in range(2_000)}) == 2_000


def test_every_column_has_a_type_and_a_meaning() -> None:
    for row in TABLES.values():
        assert [column.name for column in dictionary(row)] == list(columns_of(row)) == list(column_types(row))
        assert all(column.meaning.endswith(".") for column in dictionary(row))


def test_the_interface_has_a_control_for_every_answer() -> None:
    tree = Xml.fromstring(interface(ALL_KINDS))  # noqa: S314 - our own output
    controls = {element.get("name") for element in tree.iter() if element.get("toName")}
    text = "We give a coin to Ann."
    answers: dict[str, Any] = {
        "main": "yes",
        "wants": ["gift", "name"],
        "strength": 4,
        "where": [{"start": 10, "end": 14, "option": "place"}],
        "words": "nothing more",
    }
    results = annotation(ALL_KINDS, answers, text)["result"]
    assert {result["from_name"] for result in results} == set(answers) <= controls
    marked = next(result for result in results if result["type"] == "labels")
    assert marked["value"] == {"start": 10, "end": 14, "text": "coin", "labels": ["place"]}
    choices = {element.get("alias") for element in tree.iter("Choice")}
    assert {"yes", "gift", "name", "cannot_tell"} <= choices


def test_words_marked_for_an_option_are_regions_where_the_option_was_chosen() -> None:
    text = "We give a coin to Ann."
    marks = [{"start": 8, "end": 14, "option": "claim"}]
    tree = Xml.fromstring(interface(ALL_KINDS))  # noqa: S314 - our own output
    (control,) = [one for one in tree.iter("Labels") if one.get("name") == "flags-words"]
    assert [one.get("alias") for one in control] == ["claim"]
    *_chosen, region = annotation(ALL_KINDS, {"main": "yes", "flags": ["claim"]}, text, marks)["result"]
    assert region["from_name"] == control.get("name")
    assert region["value"] == {"start": 8, "end": 14, "text": "a coin", "labels": ["claim"]}
    unchosen = annotation(ALL_KINDS, {"main": "yes", "flags": ["odd"]}, text, marks)["result"]
    assert {one["type"] for one in unchosen} == {"choices"}


@given(st.text(st.characters(blacklist_categories=["Cs"]), min_size=4, max_size=20))
def test_marked_words_are_one_cell_that_can_be_read_back(text: str) -> None:
    spans = marked_words([AgreedSpan(0, 2, 2, 3), AgreedSpan(2, len(text), 1, 3)], text)
    row = LabelRow(
        **dict.fromkeys(columns_of(LabelRow), "") | {"spans": spans},  # type: ignore[arg-type]  # the rest is not looked at
    )
    cell = as_cells(row)[columns_of(LabelRow).index("spans")]
    assert isinstance(cell, str)
    assert neutralised(cell) == cell
    first, rest = json.JSONDecoder().raw_decode(cell.removeprefix("0-2 "))
    assert first == text[:2]
    assert cell.removeprefix("0-2 ")[rest:].startswith(" 0.666667 | 2-")


def test_labels_are_predictions_with_a_score() -> None:
    found = prediction(ALL_KINDS, {"main": "yes", "wants.gift": "yes", "wants.name": "no"}, 0.97)
    assert found["score"] == 0.97
    assert [result["value"] for result in found["result"]] == [{"choices": ["yes"]}, {"choices": ["gift"]}]


def published(**more: Any) -> PublishedAd:
    said: dict[str, Any] = {
        "external_id": "1",
        "platform": "facebook",
        "page_id": "",
        "page_name": "Tram now",
        "paid_for_by": "",
        "texts": ("Come to the meeting.", "", ""),
        "library_url": "",
        "landing_url": "https://tram.example.org/",
        "image_url": "",
        "group": "test-1",
        "started_at": NOON,
        "ended_at": None,
        "created_at": None,
        "currency": "EUR",
        "spend": (100.0, None),
        "impressions": (None, None),
        "reach": 900,
        "targeting": {"age": "18-24", "likes": ["trams", "buses"]},
        "countries": ("FR",),
        "provider": {"source": "test"},
    }
    return PublishedAd(**said | more)


def test_ads_fit_the_transparency_standard(shared_data: Path) -> None:
    file = shared_data / "ads" / "wtm_transparency_standard" / "schema.json"
    schema = json.loads(file.read_text())
    sparse = published(
        started_at=None, countries=(), targeting={}, reach=None, landing_url="", platform="other"
    )
    for record in (transparency_record(published()), transparency_record(sparse)):
        assert list(flaws(record, schema)) == []
    broken = transparency_record(published()) | {"spending": {"spending_lower_bound": "100"}}
    assert list(flaws(broken, schema))


def test_what_a_library_does_not_say_is_not_disclosed() -> None:
    record = transparency_record(published())
    assert record["spending"] == {"spending_not_disclosed": False, "spending_lower_bound": 100.0}
    assert record["reach"]["impressions"] == {"impressions_not_disclosed": True}


JSON_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def flaws(value: Any, schema: dict[str, Any], at: str = "$") -> list[str]:
    """Check a value against the part of JSON Schema that the standard uses; return what is wrong."""
    found: list[str] = []
    types = schema.get("type", [])
    allowed = [kind for name in ([types] if isinstance(types, str) else types) for kind in JSON_TYPES[name]]
    if allowed and (
        not isinstance(value, tuple(allowed)) or (isinstance(value, bool) and bool not in allowed)
    ):
        return [f"{at}: {value!r} is not of {types}"]
    if "const" in schema and value != schema["const"]:
        found.append(f"{at}: not {schema['const']!r}")
    if "oneOf" in schema and sum(not flaws(value, one, at) for one in schema["oneOf"]) != 1:
        found.append(f"{at}: not one of the choices")
    found += _wrong_form(value, schema, at)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        found += [f"{at}: {name} is missing" for name in schema.get("required", []) if name not in value]
        found += [f"{at}: {name} is unknown" for name in value if known and name not in known]
        found += [flaw for name in value for flaw in flaws(value[name], known.get(name, {}), f"{at}.{name}")]
    if isinstance(value, list):
        found += [flaw for part in value for flaw in flaws(part, schema.get("items", {}), f"{at}[]")]
    return found


def _wrong_form(value: Any, schema: dict[str, Any], at: str) -> list[str]:
    if not isinstance(value, str):
        return []
    if schema.get("format") == "date-time":
        datetime.fromisoformat(value)  # raises where it is none
    if schema.get("format") == "uri" and not urlsplit(value).scheme:
        return [f"{at}: not an address"]
    return []
