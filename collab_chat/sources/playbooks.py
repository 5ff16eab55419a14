"""The playbooks that ship with the tool."""

from functools import cache
from pathlib import Path

from collab_chat.core.playbooks import Playbook, read_playbook

PLAYBOOKS = Path(__file__).parents[1] / "playbooks"


@cache
def shipped() -> dict[str, Playbook]:
    """Return the shipped playbooks by key, read once per process."""
    found = [read_playbook(file.read_text("utf-8")) for file in sorted(PLAYBOOKS.glob("*.yaml"))]
    return {one.key: one for one in found}
