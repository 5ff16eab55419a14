"""One small model for all tests of scoring, trained on invented accounts."""

import numpy as np
import polars as pl
import pytest

from bot_detector.core.artefact import Artefact
from bot_detector.core.learners import Boosting, ExtraTrees, Member, Recipe
from bot_detector.core.model import Model, load_model, model_of
from bot_detector.core.training import train
from tests.bot_detector.core.accounts import population

QUICK = Recipe((Member(ExtraTrees(trees=20, leaves=16)), Member(Boosting(trees=10, leaves=8), 0.5)))


@pytest.fixture(scope="session")
def invented() -> pl.DataFrame:
    rng = np.random.default_rng(11)
    return pl.concat([population(500, "first", rng), population(300, "second", rng)])


@pytest.fixture(scope="session")
def artefact(invented: pl.DataFrame) -> Artefact:
    return train(invented, seed=3, recipe=QUICK, version="test-1")


@pytest.fixture(scope="session")
def model(artefact: Artefact) -> Model:
    return model_of(artefact)


@pytest.fixture(scope="session")
def shipped() -> Model:
    return load_model()
