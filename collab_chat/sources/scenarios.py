"""The scenarios that ship with the tool."""

from functools import cache
from pathlib import Path

from collab_chat.core.scenarios import read_scenario
from collab_chat.schemas.scenarios import Scenario

SCENARIOS = Path(__file__).parents[1] / "scenarios"


@cache
def shipped() -> dict[str, Scenario]:
    """Return the shipped scenarios by key, read once per process."""
    found = [read_scenario(file.read_text("utf-8")) for file in sorted(SCENARIOS.glob("*.yaml"))]
    return {one.key: one for one in found}
