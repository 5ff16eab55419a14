from dataclasses import replace

import numpy as np

from political_ads.core.active import Plan, replay
from political_ads.core.classifier.baselines import BASELINES
from political_ads.core.classifier.causes import speaks_of_a_cause
from political_ads.core.classifier.comparison import OURS, WITH_FACTS, compare, measured
from political_ads.core.classifier.evaluation_page import evaluation_page
from political_ads.core.classifier.evaluation_table import BY_NEAR, Causes, Evaluation, Replayed, facts_table
from political_ads.core.classifier.splits import grouped_folds
from political_ads.core.classifier.training import as_rows
from tests.political_ads.core.written_ads import written


def test_every_method_is_tested_on_the_same_rows():
    examples = written(np.random.default_rng(0), 240, mixed_up=0.1)
    rows = as_rows(examples)
    rng = np.random.default_rng(1)
    folds = grouped_folds(rows.groups, rows.near, rows.shares, 3, rng)
    truth = rows.shares[:, 1].astype(np.int64)
    labels = {"political": truth, "turned": 1 - truth}

    said = compare(rows, examples.texts, labels, folds[:2], rng)

    tested = np.zeros(240, dtype=bool)
    tested[np.concatenate([fold.tested for fold in folds[:2]])] = True
    assert set(said) == {OURS, *BASELINES}
    for method, predicted in said.items():
        for each in predicted.values():
            assert np.array_equal(each.called >= 0, tested)
            assert np.allclose(each.stated[tested].sum(axis=1), 1.0)
        figures = measured("written", "x", method, labels, predicted)
        assert figures.rows == tested.sum()
        assert figures.macro_f1 > 0.75
        assert set(figures.by_label) == {"political", "turned"}


def test_facts_are_one_more_method_on_the_same_folds():
    examples = written(np.random.default_rng(0), 200, mixed_up=0.3)
    rows = as_rows(examples)
    truth = rows.shares[:, 1].astype(np.int64)
    facts = [[f"button={'donate' if each else 'buy'}"] for each in truth]
    beside = as_rows(replace(examples, facts=facts))
    folds = grouped_folds(rows.groups, rows.near, rows.shares, 2, np.random.default_rng(1))
    labels = {"political": truth}

    said = compare(rows, examples.texts, labels, folds, np.random.default_rng(2), beside=beside)
    alone = compare(rows, examples.texts, labels, folds, np.random.default_rng(2))

    assert set(said) == {OURS, WITH_FACTS, *BASELINES}
    assert np.array_equal(said[OURS]["political"].stated, alone[OURS]["political"].stated)
    found = Evaluation(seed=2, rows=[measured("w", "x", each, labels, said[each]) for each in said])
    words, both = found.rows[0], found.rows[1]
    assert both.auc > 0.95 > words.auc
    assert f"| w | x | {words.macro_f1:.3f} → {both.macro_f1:.3f} |" in facts_table(found)


def test_the_page_says_which_marks_were_reached():
    examples = written(np.random.default_rng(2), 240)
    rows = as_rows(examples)
    rng = np.random.default_rng(3)
    folds = grouped_folds(rows.near, rows.near, rows.shares, 3, rng)
    labels = {"political": rows.shares[:, 1].astype(np.int64)}
    found = Evaluation(seed=3)
    for method, predicted in compare(rows, examples.texts, labels, folds, rng).items():
        found.rows.append(measured("en-US", BY_NEAR, method, labels, predicted))
    found.causes.append(Causes("en-US", OURS, 10, 4))
    plan = Plan(random=(20, 60), active=(20, 40), first=20, batch=10)
    found.replays.append(
        Replayed("en-US", [replay(rows, np.arange(160), np.arange(160, 240), rng, plan=plan)])
    )

    page = evaluation_page(found, date="2026-11-22", seconds=1.0)

    assert f"| en-US, F1 ≥ 0.917, {BY_NEAR} | {found.rows[0].f1:.3f} | reached |" in page
    assert "0.40 (4 of 10; worst set 0.40) | **not reached** |" in page
    assert all(f"| {method} | 240 |" in page for method in (OURS, *BASELINES))


def test_a_cause_is_known_by_its_words():
    assert speaks_of_a_cause("Join our VOLUNTEERS at the shelter")
    assert speaks_of_a_cause("Aidez les réfugiés")
    assert not speaks_of_a_cause("Geweldig nieuws: korting op schoenen")
    assert not speaks_of_a_cause("See www.charity.org")
