"""The detector by itself: an application with all tools takes longer to build."""

import pytest

from common.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"tools": ("bot_detector",)})
