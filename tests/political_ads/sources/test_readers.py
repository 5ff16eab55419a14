"""Each format, read from an invented sample: what it is, and what becomes of its fields."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from common.errors import Invalid
from political_ads.schemas.ads import AdRecord, AdvertiserTotal
from political_ads.sources.readers import detect, read
from tests.political_ads.sources import samples
from tests.political_ads.sources.samples import written


def only(path: Path, **said: Any) -> list[AdRecord]:
    records = [each for part in read(path, **said) for each in part.records]
    assert all(isinstance(each, AdRecord) for each in records)
    return [each for each in records if isinstance(each, AdRecord)]


def totals(path: Path) -> list[AdvertiserTotal]:
    return [each for part in read(path) for each in part.records if isinstance(each, AdvertiserTotal)]


@pytest.mark.parametrize("key", samples.ALL)
def test_each_format_is_found_out_and_its_rows_add_up(tmp_path: Path, key: str) -> None:
    text, taken = samples.ALL[key]
    path = written(tmp_path, text)
    assert detect(path).format == key
    parts = list(read(path))
    assert sum(len(part.records) for part in parts) == taken
    assert parts[-1].bytes_read == parts[-1].bytes_total == path.stat().st_size


def test_an_ad_of_the_meta_library_keeps_all_that_it_says(tmp_path: Path) -> None:
    ad = only(written(tmp_path, json.dumps(samples.META)))[0]
    assert ad.text == "Save the lake: sign before Sunday, and bring your neighbours."
    assert (ad.title, ad.link_caption, ad.paid_for_by) == ("Sign now", "lake.example", "Friends of the Lake")
    assert (ad.spend_low, ad.spend_high, ad.currency) == (100, 199, "EUR")
    assert (ad.impressions_low, ad.impressions_high) == (10_000, 14_999)
    assert (ad.platform, ad.language, ad.declared_political) == ("facebook", "en", True)
    assert ad.started_at == datetime(2024, 5, 2, tzinfo=UTC)
    assert [(each.region, each.share) for each in ad.regions] == [("Bretagne", 0.75), ("Normandie", 0.25)]
    assert ad.demographics[0].share == 0.4
    assert ad.targeting == {
        "ages": "18 – 65+",
        "gender": "All",
        "places": ["France"],
        "places left out": ["Brest"],
    }
    assert ad.extra["more_texts"] == ["A second version"]
    assert ad.extra["estimated_audience_size"] == {"lower_bound": "50001", "upper_bound": "100000"}
    assert ad.library_url == "https://www.facebook.com/ads/library/?id=700000000000001"
    assert "EAAsecret" not in ad.model_dump_json()


def test_the_fields_of_the_eu_give_reach_by_country_age_and_gender(tmp_path: Path) -> None:
    ad = only(written(tmp_path, json.dumps([samples.META_EU])))[0]
    assert (ad.reach, ad.countries, ad.paid_for_by) == (1234, ("FR", "BE"), "Shoes SA")
    assert (ad.declared_political, ad.language, ad.spend_low) == (None, "", None)
    shares = [(each.country, each.age, each.gender, each.people) for each in ad.demographics]
    assert ("FR", "18-24", "female", 20) in shares
    assert ("BE", "65+", "female", 3) in shares
    assert sum(people or 0 for *_rest, people in shares) == 34
    assert [(each.country, each.people) for each in ad.regions] == [("FR", 31), ("BE", 3)]


def test_the_field_names_before_2021_are_read(tmp_path: Path) -> None:
    ad = only(written(tmp_path, json.dumps([samples.META_2019])))[0]
    assert (ad.external_id, ad.paid_for_by, ad.language) == ("700000000000003", "Une association", "fr")
    assert ad.regions[0].region == "Alsace"


@pytest.mark.parametrize("shape", ["list", "lines", "one", "page", "underscore"])
def test_meta_ads_come_in_several_wrappings(tmp_path: Path, shape: str) -> None:
    first, second = samples.META, samples.META_EU
    texts = {
        "list": json.dumps([first, second], indent=2),
        "lines": json.dumps(first) + "\r\n\r\n" + json.dumps(second) + "\n",
        "one": json.dumps(first, indent=4),
        "page": json.dumps({"paging": {"next": "https://x.example"}, "data": [first, second]}),
        "underscore": json.dumps({**{k: v for k, v in first.items() if k != "id"}, "_id": first["id"]}),
    }
    found = only(written(tmp_path, texts[shape]))
    assert [ad.external_id for ad in found][:1] == [first["id"]]
    assert len(found) == (1 if shape in ("one", "underscore") else 2)


def test_a_report_tells_country_and_period_by_its_name(tmp_path: Path) -> None:
    found = totals(written(tmp_path, samples.META_REPORT, "FR_month_2024-07.csv"))
    assert {(each.country, each.period) for each in found} == {("FR", "2024-07 month")}
    first, undeclared = found[0], found[1]
    assert (first.spend_low, first.spend_high, first.ads, first.paid_for_by) == (1234, 1234, 12, "One Page")
    assert (undeclared.without_disclaimer, undeclared.spend_low, undeclared.spend_high) == (True, 0, 100)


def test_two_totals_of_the_same_words_are_told_apart_and_the_same_line_twice_is_refused(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, samples.META_REPORT)
    part = next(iter(read(path)))
    assert len({each.external_id for each in part.records}) == len(part.records) == 5
    assert [(each.line, each.reason) for each in part.refusals] == [
        (7, "The same id stands on line 6 already.")
    ]


def test_the_collectors_markup_becomes_text_and_is_not_kept(tmp_path: Path) -> None:
    ad = only(written(tmp_path, json.dumps(samples.PROPUBLICA)))[0]
    assert ad.text == "Families need help & shelter.\nGive today."
    assert (ad.page_name, ad.title, ad.language, ad.countries) == ("A Charity", "", "en", ("US",))
    assert (ad.weak_label, ad.extra["seen_by_collectors"], ad.impressions_low) == ("political", 3, None)
    assert "<" not in ad.model_dump_json()


def test_the_collectors_table_has_lists_in_its_cells(tmp_path: Path) -> None:
    ad = only(written(tmp_path, samples.PROPUBLICA_CSV))[0]
    assert (ad.text, ad.image_url) == ("Clean water, now.", "https://pictures.example/b.jpg")
    assert (ad.targeting, ad.declared_political, ad.weak_label) == ({"Gender": ["women"]}, True, "")


def test_seeds_are_known_by_their_texts(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(samples.SEEDS), "en-US.json")
    part = next(iter(read(path)))
    assert [each.weak_label for each in part.records if isinstance(each, AdRecord)] == [
        "political",
        "not_political",
    ]
    assert part.refusals[0].line == 2
    assert part.records[0].extra == {"locale": "en-US"}


def test_googles_creatives_have_ranges_in_their_own_currency(tmp_path: Path) -> None:
    ad = only(written(tmp_path, samples.GOOGLE))[0]
    assert (ad.currency, ad.spend_low, ad.spend_high) == ("EUR", 100, 1000)
    assert (ad.impressions_low, ad.impressions_high, ad.countries) == (10_000, 100_000, ("FR",))
    assert ad.targeting == {"ages": "18-24"}


def test_googles_totals_do_not_add_up_several_currencies(tmp_path: Path) -> None:
    one, several, nothing = totals(written(tmp_path, samples.GOOGLE_TOTALS))
    assert (one.currency, one.spend_low, one.ads, one.country) == ("EUR", 3400, 12, "FR")
    assert (several.currency, several.spend_low, several.country) == ("", None, "")
    assert several.extra["spend"] == {"USD": 100, "EUR": 200}
    assert (nothing.spend_low, nothing.spend_high) == (0, 0)


def test_a_billing_address_is_not_kept(tmp_path: Path) -> None:
    ad = only(written(tmp_path, samples.SNAP))[0]
    assert "Home Street" not in ad.model_dump_json()
    assert (ad.countries, ad.spend_low, ad.impressions_high) == (("US",), 203, 94_877)
    assert ad.landing_url == "https://cause.example/?utm_source=snap"
    assert ad.targeting == {"AgeBracket": "18-34", "Regions (Included)": "Colorado", "Language": "en"}


def test_both_parsings_of_the_release_give_the_same_ad(tmp_path: Path) -> None:
    table = only(written(tmp_path, samples.IRA_CSV, "a.csv"))[0]
    parsed = only(written(tmp_path, json.dumps(samples.IRA_JSON), "b.json"))
    assert (table.source, table.external_id) == (parsed[0].source, parsed[0].external_id)
    assert table.started_at == parsed[0].started_at == datetime(2015, 6, 10, 9, 59, 53, tzinfo=UTC)
    assert table.impressions_low == parsed[0].impressions_low == 46_447
    assert (table.spend_low, table.currency, table.countries) == (44.87, "RUB", ("US",))
    assert (parsed[1].text, parsed[1].currency) == ("", "")


def test_codes_of_researchers_come_along_as_weak_labels(tmp_path: Path) -> None:
    assert only(written(tmp_path, samples.URUGUAY))[0].weak_label == "advocacy,issue"
    wmp = only(written(tmp_path, samples.WMP))[0]
    assert (wmp.weak_label, wmp.page_id, wmp.extra["DONATE"]) == ("promote", "99", "Request")


def test_a_table_of_its_own_is_proposed_and_waits_for_a_person(tmp_path: Path) -> None:
    path = written(tmp_path, samples.TABLE, "mine.csv")
    found = detect(path)
    assert found.needs_mapping
    assert found.proposed is not None
    assert found.proposed.columns["text"] == "Le message"
    assert found.proposed.columns["countries"] == "Pays"
    with pytest.raises(Invalid, match="Le message"):
        next(iter(read(path)))


def test_a_confirmed_table_is_read_with_its_own_marks_and_zones(tmp_path: Path) -> None:
    mapping = {
        "text": "Le message",
        "page_name": "Annonceur",
        "countries": "Pays",
        "started_at": "Début",
        "spend": "Dépense",
    }
    ads = only(
        written(tmp_path, samples.TABLE),
        mapping=mapping,
        constants={"currency": "EUR", "platform": "Facebook", "source": "table:mine"},
    )
    assert [(ad.spend_low, ad.currency, ad.platform) for ad in ads] == [
        (1234.5, "EUR", "facebook"),
        (12, "EUR", "facebook"),
    ]
    assert ads[0].extra == {"Remarque": "=1+1"}  # kept as text; whoever writes tables makes it harmless
    assert (ads[0].language, ads[0].countries, ads[0].source) == ("fr", ("FR",), "table:mine")
    assert len({ad.external_id for ad in ads}) == 2


def test_a_mapping_to_what_is_not_there_is_refused_field_by_field(tmp_path: Path) -> None:
    path = written(tmp_path, samples.TABLE)
    with pytest.raises(Invalid) as caught:
        next(iter(read(path, mapping={"text": "Message", "colour": "Pays"})))
    assert set(caught.value.fields) == {"text", "colour"}
    with pytest.raises(Invalid, match="texts"):
        next(iter(read(path, mapping={"page_name": "Annonceur"})))


def test_plain_names_are_sure_and_need_nobody(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "text": "Vote for the park on Monday", "page_name": "Parks"},
        {"id": 2, "text": "And the other park", "page_name": "Parks"},
    ]
    path = written(tmp_path, "\n".join(map(json.dumps, rows)))
    assert not detect(path).needs_mapping
    assert [ad.external_id for ad in only(path)] == ["1", "2"]


def test_parts_begin_where_they_are_asked_to_and_know_earlier_ids(tmp_path: Path) -> None:
    lines = [json.dumps({**samples.META, "id": str(number % 25)}) for number in range(30)]
    path = written(tmp_path, "\n".join(lines))
    whole = list(read(path, part_rows=10))
    later = list(read(path, part_rows=10, start_at=2))
    assert later == whole[2:]
    assert [len(part.refusals) for part in whole] == [0, 0, 5]
    assert whole[2].refusals[0].reason == "The same id stands on line 1 already."
