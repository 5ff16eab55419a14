from dataclasses import replace

import numpy as np
import pytest

from political_ads.core.classifier.artefact import (
    ArtefactError,
    from_bytes,
    read_model,
    to_bytes,
    write_model,
)
from political_ads.core.classifier.card import model_card
from political_ads.core.classifier.curves import learning_curve
from political_ads.core.classifier.model import explain, predict, scores
from political_ads.core.classifier.splits import grouped_folds
from political_ads.core.classifier.training import Examples, as_rows, train
from tests.political_ads.core.written_ads import three_classes, written

VERSION = "test-1"


@pytest.fixture(scope="module")
def trained():
    return train(written(np.random.default_rng(3), 400), np.random.default_rng(4), version=VERSION, folds=3)


def test_it_learns_what_the_words_say(trained):
    model, report = trained
    stated = predict(model, ["the minister and the law on tax", "a sofa and a phone at a discount"])

    assert stated[0, 1] > 0.9
    assert stated[1, 1] < 0.1
    assert report.held_out.f1 > 0.95
    assert report.held_out.ece < 0.05
    assert set(report.by_language) == {"en", "fr"}
    assert report.later is not None
    assert report.later.f1 > 0.95


def test_probabilities_add_up_to_one_whatever_the_text(trained):
    stated = predict(trained[0], ["", "😀", "http://only.an/address", "vote " * 5_000])

    assert np.allclose(stated.sum(axis=1), 1.0)
    assert np.all(np.isfinite(stated))


def test_the_same_seed_gives_the_same_model(trained):
    again, _report = train(
        written(np.random.default_rng(3), 400), np.random.default_rng(4), version=VERSION, folds=3
    )

    assert to_bytes(again) == to_bytes(trained[0])


def test_an_explanation_accounts_for_the_whole_score(trained):
    model, _report = trained
    text = "Today the minister, with a new law: great discount — vote!"

    for name, sign in (("political", 1.0), ("no", -1.0)):
        told = explain(model, text, of=name)
        total = told.start + sum(term.contribution for term in told.terms)
        assert total == pytest.approx(sign * scores(model, [text])[0, 0])
    strongest = [term.term for term in explain(model, text, limit=5).terms]
    assert {"minister", "law", "vote"} & set(strongest)
    assert told.version == VERSION


def test_an_empty_text_is_explained_by_the_start_alone(trained):
    told = explain(trained[0], "")

    assert told.terms == ()
    assert told.start == pytest.approx(scores(trained[0], [""])[0, 0])


def test_soft_labels_and_weights_are_listened_to():
    rng = np.random.default_rng(5)
    clear = written(rng, 300)
    doubtful = replace(clear, shares=0.5 + 0.4 * (clear.shares - 0.5))  # 0.3 and 0.7 in the place of 0 and 1
    noisy = written(np.random.default_rng(5), 300, mixed_up=0.45)
    wrong = np.any(noisy.shares != clear.shares, axis=1)
    trusted = replace(noisy, weight=np.where(wrong, 0.02, 1.0))

    stated = predict(train(doubtful, rng, version=VERSION, folds=3)[0], ["minister law tax vote"])[0, 1]
    assert 0.6 < stated < 0.8
    test = written(np.random.default_rng(6), 300)
    truth = test.shares[:, 1] > 0.5
    errors = [
        float(
            np.mean((predict(train(each, rng, version=VERSION, folds=3)[0], test.texts)[:, 1] > 0.5) != truth)
        )
        for each in (noisy, trusted)
    ]
    assert errors[1] < 0.02 < errors[0]


def test_facts_beside_the_text_count():
    rng = np.random.default_rng(8)
    absent = rng.integers(0, 2, 200)
    same = Examples(
        texts=["come and see us today"] * 100 + ["the best place of the week"] * 100,
        classes=("no", "yes"),
        shares=np.eye(2)[absent],
        weight=np.ones(200),
        groups=np.full(200, ""),
        languages=np.full(200, "en"),
        times=np.full(200, np.nan),
        facts=[["disclaimer=absent" if each else "disclaimer=named"] for each in absent],
    )
    # Two texts only: the folds must be by something, so each row is given its own words.
    same = replace(same, texts=[f"{text} {rng.integers(10**12)}" for text in same.texts])
    model, _report = train(same, rng, version=VERSION, folds=3)

    stated = predict(model, ["come and see us"] * 2, [["disclaimer=absent"], ["disclaimer=named"]])
    assert stated[0, 1] > 0.8 > 0.2 > stated[1, 1]
    assert "disclaimer=absent" in {
        term.term for term in explain(model, "come and see us", ["disclaimer=absent"]).terms
    }


def test_three_classes():
    rng = np.random.default_rng(9)
    texts, shares = three_classes(rng, 300)
    examples = replace(
        written(rng, 300),
        texts=texts,
        classes=("vote", "shop", "weather"),
        shares=shares,
        groups=np.full(300, ""),
    )
    model, report = train(examples, rng, version=VERSION, folds=3)

    assert predict(model, ["rain and storm, snow and wind"])[0].argmax() == 2
    assert report.held_out.macro_f1 > 0.9
    told = explain(model, "rain and snow", of="weather")
    total = told.start + sum(term.contribution for term in told.terms)
    assert total == pytest.approx(scores(model, ["rain and snow"])[0, 2])


def test_an_earlier_model_helps_where_labels_are_few(trained):
    rng = np.random.default_rng(10)
    few = written(rng, 24)
    test = written(np.random.default_rng(11), 300)
    truth = test.shares[:, 1] > 0.5

    alone, _report = train(few, np.random.default_rng(1), version="a", folds=2)
    helped, _report = train(few, np.random.default_rng(1), version="b", folds=2, prior=trained[0])

    right = [float(np.mean((predict(each, test.texts)[:, 1] > 0.5) == truth)) for each in (alone, helped)]
    assert right[1] > 0.97
    assert right[1] >= right[0]


def test_too_little_is_refused():
    with pytest.raises(ValueError, match="at least 20"):
        train(written(np.random.default_rng(0), 10), np.random.default_rng(0), version=VERSION)


def test_more_labels_help():
    examples = written(np.random.default_rng(12), 600, mixed_up=0.1)
    rows = as_rows(examples)
    rng = np.random.default_rng(0)
    fold = grouped_folds(rows.groups, rows.near, rows.shares, 3, rng)[0]

    points = learning_curve(rows, fold, (30, 300, 5_000), rng)

    assert [point.size for point in points] == [30, 300]
    assert points[1].figures.auc >= points[0].figures.auc


def test_a_model_survives_its_files(trained, tmp_path):
    model, _report = trained
    write_model(model, tmp_path)
    read = read_model(tmp_path)

    texts = written(np.random.default_rng(13), 50).texts
    assert np.allclose(predict(read, texts), predict(model, texts), atol=2e-3)
    assert read.version == VERSION
    assert b"minister" not in (tmp_path / "model.json").read_bytes() + (tmp_path / "model.npz").read_bytes()


def test_numbers_of_another_run_are_refused(trained):
    described, numbers = to_bytes(trained[0])

    with pytest.raises(ArtefactError, match="not those"):
        from_bytes(described, numbers + b" ")
    with pytest.raises(ArtefactError, match="another format"):
        from_bytes(b'{"format": "other"}', numbers)
    with pytest.raises(ArtefactError, match="not JSON"):
        from_bytes(b"\x80\x04pickle", numbers)


def test_a_missing_model_is_told(tmp_path):
    with pytest.raises(ArtefactError, match="cannot be read"):
        read_model(tmp_path)


def test_the_card_says_what_was_measured(trained):
    model, report = trained
    card = model_card(model)

    assert f"| all | 400 | {report.held_out.f1:.3f} |" in card
    assert "# Model card: test-1" in card
    assert "| later |" in card
