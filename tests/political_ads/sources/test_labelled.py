import json
from pathlib import Path

import numpy as np
import pytest

from common.errors import NotFound
from political_ads.core.classifier.facts import values_of
from political_ads.sources.labelled import (
    SEEDS,
    URUGUAY_CODES,
    WMP_GOALS,
    read_france,
    read_ira,
    read_seeds,
    read_uruguay,
    read_wmp,
)

REAL = Path(__file__).parents[3] / ".." / "shared" / "data" / "ads"
real_data = pytest.mark.skipif(not REAL.is_dir(), reason="the labelled ads are not at ../shared/data/ads")


def _seeds(folder, locale, political, others):
    path = folder / "propublica" / "seeds"
    path.mkdir(parents=True)
    body = {"political": political, "not_political": others}
    (path / f"{locale}.json").write_text(json.dumps(body), encoding="utf-8")


def test_the_page_is_the_address_at_the_end_and_repeats_count_once(tmp_path):
    _seeds(
        tmp_path,
        "fr-CA",
        [
            "Votez pour la loi et les impôts https://www.facebook.com/Party/",
            "VOTEZ pour la loi, et les impôts!",
        ],
        ["The sofa of the year is here https://graph.facebook.com//Shop/", "https://only.an/address"],
    )
    ads = read_seeds(tmp_path, "fr-CA")

    assert ads.groups.tolist() == ["party", "shop"]
    assert ads.labels["political"].tolist() == [1, 0]
    assert ads.languages.tolist() == ["fr", "en"]


def test_pages_that_are_not_named_are_found_from_the_order(tmp_path):
    _seeds(tmp_path, "en-US", [f"Vote for number {number}" for number in range(150)], ["Buy this"])
    ads = read_seeds(tmp_path, "en-US")

    assert len(ads.texts) == 151
    assert sorted(np.unique(ads.groups, return_counts=True)[1].tolist()) == [1, 50, 100]


def test_a_missing_set_is_named(tmp_path):
    with pytest.raises(NotFound, match=r"it-IT\.json"):
        read_seeds(tmp_path, "it-IT")


@real_data
@pytest.mark.parametrize("locale", SEEDS)
def test_real_seeds_hold_both_classes_on_many_pages(locale):
    ads = read_seeds(REAL, locale)

    assert min(np.bincount(ads.labels["political"])) > 1_000
    assert len(np.unique(ads.groups)) > 30


@real_data
def test_real_coded_sets():
    uruguay, wmp = read_uruguay(REAL), read_wmp(REAL)

    assert len(uruguay.texts) == 999  # one of the thousand has a code that is neither 0 nor 1
    assert set(uruguay.labels) == set(URUGUAY_CODES)
    assert np.bincount(wmp.labels["tone"]).min() > 700
    assert set(WMP_GOALS) < set(wmp.labels)
    assert len(wmp.labels) == 1 + 9 + 10
    assert wmp.facts is not None
    assert len(wmp.facts) == len(wmp.texts)
    assert set(values_of(wmp.facts, "sponsor")) == {"named", "unknown"}  # the page's name is not looked at
    assert uruguay.facts is None


@real_data
def test_real_sets_without_labels():
    france, ira = read_france(REAL), read_ira(REAL)

    assert len(france.texts) == len(set(france.texts)) == 82
    assert ira.times is not None
    assert len(ira.times) == len(ira.texts) > 2_000
    assert np.isnan(ira.times).mean() < 0.1
