from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_ads.core.ad_words import text_of
from political_ads.core.classifier.training import train
from political_ads.core.model_report import (
    ADVERTISERS_OF_TERM,
    HeldOut,
    agreement_of,
    calibration_of,
    confusion_of,
    share_by_group,
    terms_of,
)
from political_ads.core.supply import Supply, supply_of
from political_ads.core.training_set import LabelledCreative, advertiser_groups, training_set, worth
from tests.political_ads.core.written_ads import written

CLASSES = ("actor", "issue", "no", "cannot_tell")


def creative(number: int, lead: str, advertiser: Sequence[str] = (), **more: Any) -> LabelledCreative:
    posterior = {name: 0.9 if name == lead else 0.1 / 3 for name in CLASSES}
    said: dict[str, Any] = {
        "votes": 3,
        "told": 0.8,
        "decided": False,
        "sampled": number % 2 == 0,
        "began": float("nan"),
    }
    return LabelledCreative(
        number,
        f"text {number}",
        "en",
        posterior,
        **said | more,
        advertisers=tuple(advertiser) or (f"p{number}",),
    )


def test_rare_classes_are_left_out_counted_as_missed_and_cannot_tell_is_no_class() -> None:
    leads = ["actor"] * 12 + ["no"] * 30 + ["issue"] * 4 + ["cannot_tell"] * 5
    found = training_set(CLASSES, [creative(number, lead) for number, lead in enumerate(leads)])
    assert found.examples.classes == ("actor", "no")
    assert len(found.ids) == 42
    assert len(found.missed_group) == 4
    assert (found.supply.labelled, found.supply.untold, found.supply.left_out) == (46, 5, {"issue": 4})
    assert np.allclose(found.examples.shares.sum(axis=1), 1.0)
    assert not set(found.group.tolist()) & set(found.missed_group.tolist())


def test_nothing_labelled_makes_an_empty_set() -> None:
    found = training_set(CLASSES, [])
    assert (len(found.ids), found.supply.enough, found.supply.missing) == (0, False, 50)


def test_who_shares_a_page_or_a_payer_is_one_advertiser_in_chains() -> None:
    groups = advertiser_groups([("p1", "payer"), ("p2", "payer"), ("p2", "p3"), ("p4",), ()])
    assert groups[0] == groups[1] == groups[2]
    assert len(set(groups.tolist())) == 3


@pytest.mark.parametrize(
    ("supply", "missing", "enough"),
    [
        (Supply({"actor": 20, "no": 29}, 9), 1, False),
        (Supply({"actor": 20, "no": 30}, 9), 0, True),
        (Supply({"actor": 9, "no": 60}, 9), 0, False),
        (Supply({"actor": 20, "no": 30}, 4), 0, False),
    ],
)
def test_what_is_enough(supply: Supply, missing: int, enough: bool) -> None:
    assert (supply.missing, supply.enough) == (missing, enough)


def test_the_supply_is_that_of_the_training_set() -> None:
    rows = [creative(number, CLASSES[number % 4], [f"p{number % 7}"]) for number in range(60)]
    counted = supply_of(CLASSES, [row.posterior for row in rows], [row.advertisers for row in rows])
    assert counted == training_set(CLASSES, rows).supply


@given(st.integers(0, 50), st.floats(0, 1))
def test_what_a_label_weighs_grows_with_answers_and_with_what_they_tell(votes: int, told: float) -> None:
    assert 0.0 <= worth(votes, told) <= worth(votes + 1, told) < 1.0
    assert worth(votes, told) <= worth(votes, 1.0)
    assert worth(votes, 0.0) == 0.0


def test_a_title_is_read_once() -> None:
    assert text_of("Vote", "Vote for us") == "Vote for us"
    assert text_of("Sunday", "Vote for us") == "Sunday\nVote for us"


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.integers(1, 6), st.integers(0, 1_000))
def test_an_interval_holds_its_share_and_stays_within_zero_and_one(
    right: list[bool], groups: int, seed: int
) -> None:
    outcome = np.array(right)
    found = share_by_group(outcome, np.arange(len(right)) % groups, np.random.default_rng(seed))
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0
    assert found.value == pytest.approx(outcome.mean())
    assert found.high - found.low > 0.0  # whatever was seen, something else is possible


def held_out(n: int, drawn: int, missed: int = 0) -> HeldOut:
    rng = np.random.default_rng(2)
    shares = np.eye(3)[rng.integers(0, 3, n)]
    stated = 0.7 * shares + 0.1
    stated[: n // 4] = np.roll(stated[: n // 4], 1, axis=1)  # a quarter is wrong
    group = np.arange(n) // 2
    sampled = np.arange(n) >= n - drawn
    return HeldOut(stated, shares, group, sampled, np.full(missed, n), np.ones(missed, dtype=np.bool_))


def test_the_headline_rests_on_the_random_set_once_it_is_large_enough() -> None:
    rng = np.random.default_rng(1)
    small = agreement_of(held_out(200, 49), CLASSES[:3], rng)
    large = agreement_of(held_out(200, 50), CLASSES[:3], rng)
    assert (small["random"], small["n"], small["value"]) == (False, 200, 0.75)
    assert (large["random"], large["n"], large["value"]) == (True, 50, 1.0)
    assert large["all"]["value"] == 0.75
    assert small["usual"]["value"] == pytest.approx(max(np.bincount(held_out(200, 0).shares.argmax(1))) / 200)


def test_creatives_of_a_class_that_the_model_does_not_know_count_as_wrong() -> None:
    found = agreement_of(held_out(200, 60, missed=20), CLASSES[:3], np.random.default_rng(1))
    assert (found["n"], found["value"]) == (80, 0.75)


def test_calibration_and_confusion_count_every_row() -> None:
    held = held_out(200, 0)
    bins = calibration_of(held)
    assert sum(each["n"] for each in bins) == 600
    assert all(0 <= each["observed"] <= 1 for each in bins)
    table = np.array(confusion_of(held))
    assert (table.sum(), np.trace(table)) == (200, 150)


def test_terms_are_words_of_several_advertisers_and_speak_for_their_class() -> None:
    examples = written(np.random.default_rng(3), 200)
    model, _report = train(examples, np.random.default_rng(4), version="t", folds=3)
    texts = [f"{text} zorblax" if number < 2 else text for number, text in enumerate(examples.texts)]
    group = np.unique(examples.groups, return_inverse=True)[1]
    found = terms_of(model, texts, group)
    told = {name: {each["term"] for each in terms} for name, terms in found.items()}
    assert ADVERTISERS_OF_TERM > 2
    assert "zorblax" not in told["political"] | told["no"]
    assert told["political"] & {"vote", "ballot", "parliament", "minister", "law"}
    assert told["no"] & {"shoes", "discount", "delivery", "kitchen", "sofa"}
    assert not told["political"] & told["no"]
