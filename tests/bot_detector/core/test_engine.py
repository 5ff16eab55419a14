import lightgbm
import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier

from bot_detector.core.engine import Engine, EngineError
from bot_detector.core.forest import to_text
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


def test_wrong_shapes_and_texts_are_refused() -> None:
    x, y = data(3)
    engine = Engine(to_text(ExtraTrees(trees=2, leaves=4).fit(x, y, np.ones(len(y)), 0), NAMES), 4)
    with pytest.raises(ValueError, match="expected"):
        engine.margins(x[:, :3])
    assert engine.margins(x[:0]).shape == (0,)
    with pytest.raises(EngineError):
        Engine("no model", 4)
