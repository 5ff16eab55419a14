"""The readers on the real files beside this repository; skipped where they are absent. No text of theirs stands here."""

from pathlib import Path

import pytest

from common.errors import Invalid
from political_ads.schemas.ads import AdRecord
from political_ads.sources.readers import detect, read

pytestmark = pytest.mark.slow

# File → format, rows, refused. The refused are texts that stand twice in a list that has no other id.
FILES: dict[str, tuple[str, int, int]] = {
    "france_2019/fb_fr_ads_full_records_2019-05.json": ("meta_ads", 14, 0),
    "france_2019/fb_fr_ads_removed_unexplained_2019-05-20_to_27.json": ("meta_ads", 415, 0),
    "google/advertiser-stats_2018-10.csv": ("google_totals", 457, 0),
    "google/advertiser-stats_2025.csv": ("google_totals", 20_832, 0),
    "ira_2018/ereidelbach_all_months.json": ("ira_2018", 3_086, 0),
    "ira_2018/matthewdorris7_FacebookAds.csv": ("ira_2018", 3_516, 0),
    "meta_api/lejo1_example_v22.json": ("meta_ads", 1, 0),
    "meta_report/AT_total_2024-07.csv": ("meta_report", 23_667, 1),
    "meta_report/FR_month_2024-07.csv": ("meta_report", 1_349, 0),
    "meta_report/IE_total_2024-07.csv": ("meta_report", 18_653, 2),
    "propublica/fixtures/extension_ads.json": ("propublica", 20, 0),
    "propublica/fixtures/server_public_ads.json": ("propublica", 20, 0),
    "propublica/seeds/en-US.json": ("propublica_seeds", 3_795, 65),
    "propublica/seeds/fr-CA.json": ("propublica_seeds", 6_307, 55),
    "propublica/seeds/it-IT.json": ("propublica_seeds", 3_300, 74),
    "propublica/seeds/nl-BE.json": ("propublica_seeds", 5_456, 57),
    "snap/PoliticalAds_2018.csv": ("snap", 659, 0),
    "uruguay_2024/train.csv": ("uruguay_2024", 1_000, 0),
    "wmp_2020/fb_2020_text_goal_tone_topic.csv": ("wmp_2020", 3_962, 0),
}
WITHOUT_ADS = [
    "france_2019/labels_original.json",
    "wtm_transparency_standard/schema.json",
    "propublica/classifier_reports_2020.txt",
    "google/google_README_2019.txt",
    "snap/README.md",
    "uruguay_2024/guia_codificacion_v2.txt",
]


@pytest.fixture
def folder(shared_data: Path) -> Path:
    found = shared_data / "ads"
    if not found.is_dir():
        pytest.skip("the ads of the shared data are not beside this checkout")
    return found


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_is_read_and_its_rows_add_up(folder: Path, name: str) -> None:
    key, rows, refused = FILES[name]
    assert detect(folder / name).format == key
    parts = list(read(folder / name))
    assert sum(part.rows_read for part in parts) == rows
    assert sum(len(part.refusals) for part in parts) == refused


@pytest.mark.parametrize("name", WITHOUT_ADS)
def test_a_real_file_without_ads_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(Invalid, match="Expected:"):
        detect(folder / name)


def test_real_markup_leaves_nothing_behind_but_text(folder: Path) -> None:
    parts = list(read(folder / "propublica/fixtures/extension_ads.json"))
    ads = [each for part in parts for each in part.records if isinstance(each, AdRecord)]
    assert all(ad.text and "<" not in ad.text and "&amp;" not in ad.text for ad in ads)


def test_a_real_billing_address_is_nowhere(folder: Path) -> None:
    part = next(iter(read(folder / "snap/PoliticalAds_2018.csv")))
    told = [each.model_dump_json().lower() for each in part.records]
    assert not any("billing" in each for each in told)
