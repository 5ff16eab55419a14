import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from political_ads.core.classifier.ngrams import BUCKETS, CHARACTERS, WORDS, count, grams
from political_ads.core.classifier.texts import plain
from political_ads.core.classifier.weighting import inverse_frequency, weighted

_TEXTS = st.lists(st.text(max_size=60), min_size=1, max_size=6)


def test_addresses_are_stripped():
    text = "Vote! https://example.org/a?b=c www.party.eu/x party.fr/join me@party.org NOW…"

    assert plain(text) == "vote! now..."


def test_a_sentence_without_a_blank_is_no_address():
    assert plain("We came.We saw 3.5 percent") == "we came.we saw 3.5 percent"


@given(_TEXTS)
def test_a_text_counts_the_same_alone_and_in_a_batch(texts):
    together = count(texts)

    for row, text in enumerate(texts):
        alone = count([text])
        part = slice(together.starts[row], together.starts[row + 1])
        assert np.array_equal(together.columns[part], alone.columns)
        assert np.allclose(together.values[part], alone.values)


@given(_TEXTS)
def test_every_gram_is_a_part_of_its_own_text(texts):
    found = grams(texts)
    said = found.start >= 0

    ends = np.cumsum([len(f" {plain(text)[:4000]} ") for text in texts])
    assert np.all(found.end[said] <= ends[found.row[said]])
    assert np.all(found.start[said] >= (ends - np.diff(np.concatenate([[0], ends])))[found.row[said]])


def test_words_and_characters_are_those_that_one_expects():
    found = grams(["to be"])
    parts = {
        view: sorted(
            found.joined[start:end]
            for start, end, feature in zip(found.start, found.end, found.feature, strict=True)
            if feature // BUCKETS == view
        )
        for view in (WORDS, CHARACTERS)
    }

    assert parts[WORDS] == ["be", "to", "to be"]
    assert parts[CHARACTERS] == sorted(
        [" t", "to", "o ", " b", "be", "e ", " to", "to ", " be", "be ", " to ", " be "]
    )


def test_equal_words_fall_into_one_bucket_wherever_they_stand():
    found = grams(["law and law", "a law"])
    buckets = {
        int(feature)
        for start, end, feature in zip(found.start, found.end, found.feature, strict=True)
        if found.joined[start:end] == "law" and feature < BUCKETS
    }

    assert len(buckets) == 1


def test_facts_are_features_beside_the_words():
    with_fact = count(["same words"], [["disclaimer=absent"]])
    without = count(["same words"])

    assert len(with_fact.columns) == len(without.columns) + 1
    assert with_fact.columns.max() >= 2 * BUCKETS


def test_views_have_length_one_and_rare_grams_no_weight():
    table = count(["tax the rich", "tax the poor", "xyzzy"])
    values = weighted(table, inverse_frequency(table))

    assert values.starts[2] == values.starts[3]  # nothing of the third is seen twice
    for row in range(2):
        part = slice(values.starts[row], values.starts[row + 1])
        for view in (WORDS, CHARACTERS):
            inside = values.columns[part] // BUCKETS == view
            assert np.isclose((values.values[part][inside] ** 2).sum(), 1.0)
