import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.statistics.agreement import fleiss, krippendorff, krippendorff_by_window
from political_ads.core.aggregation import Votes
from tests.political_ads.core.crowds import invented_crowd, small_crowds

# Krippendorff (2011), "Computing Krippendorff's alpha-reliability", section D: four observers, twelve units.
KRIPPENDORFF_2011 = ("123321412...", "1233224125.3", ".33323422 51.".replace(" ", ""), "12332441251.")
# Fleiss (1971), table 1: how many of six psychiatrists gave each of five diagnoses to thirty patients.
FLEISS_1971 = (
    "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031 "
    "00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"
)


def votes_of_tally(tally: list[list[int]]) -> Votes:
    """Items with these counts; who answered does not matter to agreement."""
    rows = [
        (item, label) for item, counts in enumerate(tally) for label, n in enumerate(counts) for _ in range(n)
    ]
    items = np.array([item for item, _ in rows], dtype=np.int32)
    labels = np.array([label for _, label in rows], dtype=np.int32)
    return Votes(items, np.arange(len(rows), dtype=np.int32), labels, len(tally), len(rows), len(tally[0]))


def krippendorff_2011() -> Votes:
    cells = [
        (unit, observer, int(value) - 1)
        for observer, values in enumerate(KRIPPENDORFF_2011)
        for unit, value in enumerate(values)
        if value != "."
    ]
    columns = (np.array(column, dtype=np.int32) for column in zip(*cells, strict=True))
    return Votes(*columns, 12, 4, 5)


@pytest.mark.parametrize(
    ("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_krippendorffs_example_of_2011(metric, published):
    found = krippendorff(krippendorff_2011(), metric)
    assert round(found.value, 3) == published
    assert (found.items, found.answers) == (11, 40)  # the twelfth unit has one value: it cannot be paired


def test_fleiss_example_of_1971():
    votes = votes_of_tally([[int(digit) for digit in row] for row in FLEISS_1971.split()])
    assert len(votes) == 180
    assert round(fleiss(votes).value, 3) == 0.430


def test_interval_takes_the_values_given():
    votes = krippendorff_2011()
    scaled = krippendorff(votes, "interval", values=[10, 20, 30, 40, 50])
    assert scaled.value == pytest.approx(krippendorff(votes, "interval").value)
    assert krippendorff(votes, "interval", values=[0, 0, 0, 0, 100]).value != pytest.approx(scaled.value)


@given(votes=small_crowds(), seed=st.integers(0, 100))
@settings(max_examples=20)
def test_agreement_knows_no_order_and_no_names(votes, seed):
    rng = np.random.default_rng(seed)
    shuffled = votes.take(rng.permutation(len(votes)))
    renamed = rng.permutation(votes.n_classes).astype(np.int32)
    other = Votes(
        shuffled.items,
        shuffled.contributors,
        renamed[shuffled.classes],
        votes.n_items,
        votes.n_contributors,
        votes.n_classes,
    )
    for coefficient in (krippendorff, fleiss):
        np.testing.assert_allclose(coefficient(other).value, coefficient(votes).value, atol=1e-9)


@given(votes=small_crowds())
@settings(max_examples=20)
def test_agreement_is_at_most_one(votes):
    for value in (krippendorff(votes).value, krippendorff(votes, "ordinal").value, fleiss(votes).value):
        assert np.isnan(value) or value <= 1.0 + 1e-12


def test_full_agreement_is_one_and_noise_is_nothing():
    assert krippendorff(votes_of_tally([[3, 0], [0, 3], [3, 0]])).value == 1.0
    votes, _truth = invented_crowd(np.random.default_rng(1), n_items=3000, accuracy=(1 / 3, 1 / 3))
    assert krippendorff(votes).value == pytest.approx(0.0, abs=0.02)
    assert fleiss(votes).value == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize("tally", [[[3, 0], [4, 0]], [[1, 0], [0, 1]]])
def test_where_nobody_could_disagree_there_is_no_figure(tally):
    votes = votes_of_tally(tally)
    rng = np.random.default_rng(1)
    for found in (krippendorff(votes, draws=20, rng=rng), fleiss(votes, draws=20, rng=rng)):
        assert np.isnan(found.value)
        assert np.isnan(found.low)


def test_the_interval_holds_the_figure_and_narrows_with_items():
    rng = np.random.default_rng(2)
    widths = []
    for n_items in (60, 2000):
        votes, _truth = invented_crowd(rng, n_items=n_items)
        found = krippendorff(votes, draws=300, rng=rng)
        assert found.low < found.value < found.high
        widths.append(found.high - found.low)
    assert widths[1] < widths[0] / 3


@pytest.mark.slow
def test_bootstrap_intervals_hold_the_true_coefficient_about_as_often_as_they_say():
    rng = np.random.default_rng(3)
    truth = krippendorff(invented_crowd(rng, n_items=40_000, accuracy=(0.7, 0.7))[0]).value
    inside = 0
    for _ in range(60):
        votes, _classes = invented_crowd(rng, n_items=150, accuracy=(0.7, 0.7))
        found = krippendorff(votes, draws=200, rng=rng)
        inside += found.low <= truth <= found.high
    assert 50 <= inside <= 60


def test_a_bootstrap_needs_a_generator():
    with pytest.raises(ValueError, match="generator"):
        krippendorff(krippendorff_2011(), draws=10)


def test_windows_are_measured_apart():
    votes, _truth = invented_crowd(np.random.default_rng(4), accuracy=(0.9, 0.9), per_item=6)
    windows = np.tile([1, 1, 1, 2, 2, 2], votes.n_items).astype(np.int64)
    noisy = votes.classes.copy()
    late = windows == 2
    noisy[late] = np.random.default_rng(5).integers(0, 3, int(late.sum()))
    mixed = Votes(votes.items, votes.contributors, noisy, votes.n_items, votes.n_contributors, 3)
    by_window = krippendorff_by_window(mixed, windows)
    assert list(by_window) == [1, 2]
    assert by_window[1].value > 0.6
    assert abs(by_window[2].value) < 0.1
