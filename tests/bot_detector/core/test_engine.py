import lightgbm
import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier

from bot_detector.core.bitvectors import BitForest
from bot_detector.core.engine import Engine, EngineError
from bot_detector.core.forest import Tree, from_text, to_text
from bot_detector.core.learners import Boosting, ExtraTrees


def data(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(400, 4)).astype(np.float32)
    y = (x[:, 0] * x[:, 1] + 0.3 * rng.normal(size=400) > 0).astype(np.int64)
    return x, y


NAMES = ["a", "b", "c", "d"]


def test_extra_trees_are_written_exactly() -> None:
    x, y = data(0)
    x[::7, 2] = np.nan
    forest = ExtraTrees(trees=12, leaves=16).fit(x, y, np.ones(len(y)), 3)
    direct = ExtraTreesClassifier(12, max_leaf_nodes=16, random_state=3).fit(x, y).predict_proba(x)[:, 1]
    assert Engine(to_text(forest, NAMES), 4).margins(x) == pytest.approx(8.0 * (direct - 0.5), abs=1e-9)


def test_boosted_trees_are_written_exactly() -> None:
    x, y = data(1)
    settings = {
        "objective": "binary", "num_leaves": 8, "learning_rate": 0.1, "min_data_in_leaf": 20, "feature_fraction": 0.4,
        "bagging_fraction": 0.7, "bagging_freq": 1, "num_threads": 1, "verbosity": -1, "seed": 5, "deterministic": True,
        "force_row_wise": True,
    }  # fmt: skip
    direct = lightgbm.train(settings, lightgbm.Dataset(x, y, weight=np.ones(len(y))), 20).predict(
        x, raw_score=True
    )
    forest = Boosting(trees=20, leaves=8, rate=0.1).fit(x, y, np.ones(len(y)), 5)
    assert Engine(to_text(forest, NAMES), 4).margins(x) == pytest.approx(np.asarray(direct), abs=1e-9)


def test_forests_add_up_and_contributions_too() -> None:
    x, y = data(2)
    weight = np.ones(len(y))
    trees = ExtraTrees(trees=8, leaves=8).fit(x, y, weight, 1)
    boosted = [tree.scaled(0.5) for tree in Boosting(trees=8, leaves=4).fit(x, y, weight, 1)]
    mixed = Engine(to_text([*trees, *boosted], NAMES), 4)
    parts = [Engine(to_text(part, NAMES), 4).margins(x) for part in (trees, boosted)]
    assert mixed.margins(x) == pytest.approx(parts[0] + parts[1], abs=1e-9)
    assert mixed.contributions(x).sum(axis=1) == pytest.approx(mixed.margins(x), abs=1e-9)


def test_bit_vectors_and_the_engine_agree() -> None:
    x, y = data(4)
    x = np.round(x, 1)  # many values equal a threshold's neighbours
    forest = ExtraTrees(trees=30, leaves=32).fit(x, y, np.ones(len(y)), 2)
    forest += Boosting(trees=10, leaves=8).fit(x, y, np.ones(len(y)), 2)
    fresh = np.concatenate([x, np.random.default_rng(9).normal(size=(2_000, 4)).astype(np.float32) * 3])
    read = from_text(to_text(forest, NAMES))
    assert BitForest(read).margins(fresh) == pytest.approx(
        Engine(to_text(forest, NAMES), 4).margins(fresh), abs=1e-9
    )
    assert BitForest(read).margins(fresh[:0]).shape == (0,)


def test_bit_vectors_test_float64_thresholds_exactly() -> None:
    threshold = 0.1  # lies between two Float32 numbers
    below = np.nextafter(np.float32(0.1), np.float32(-1))
    tree = Tree(
        feature=np.array([0], dtype=np.int32),
        threshold=np.array([threshold]),
        missing_left=np.array([False]),
        left=np.array([-1], dtype=np.int32),
        right=np.array([-2], dtype=np.int32),
        leaf_value=np.array([1.0, 2.0]),
        node_weight=np.array([2]),
        leaf_weight=np.array([1, 1]),
    )
    x = np.array([[below], [np.float32(0.1)]], dtype=np.float32)
    expected = [1.0 if float(value) <= threshold else 2.0 for value in x[:, 0]]
    assert BitForest([tree]).margins(x).tolist() == expected
    assert Engine(to_text([tree], ["a"]), 1).margins(x).tolist() == expected


def test_a_tree_with_too_many_leaves_has_no_bit_vector() -> None:
    x, y = data(5)
    forest = ExtraTrees(trees=1, leaves=40).fit(x, y, np.ones(len(y)), 0)
    with pytest.raises(ValueError, match="more than 32"):
        BitForest(forest)


def test_wrong_shapes_and_texts_are_refused() -> None:
    x, y = data(3)
    engine = Engine(to_text(ExtraTrees(trees=2, leaves=4).fit(x, y, np.ones(len(y)), 0), NAMES), 4)
    with pytest.raises(ValueError, match="expected"):
        engine.margins(x[:, :3])
    assert engine.margins(x[:0]).shape == (0,)
    with pytest.raises(EngineError):
        Engine("no model", 4)
