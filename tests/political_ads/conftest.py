"""An application in which guests may label."""

import pytest

from common.settings import Settings


@pytest.fixture(autouse=True)
def gold_comes_in_the_same_places(known_seeds: None) -> None:
    """Every test begins with `known_seeds`."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Ads are open to volunteers without an account, as in most deployments."""
    return settings.model_copy(update={"tools": ("political_ads",), "open_tools": ("political_ads",)})
