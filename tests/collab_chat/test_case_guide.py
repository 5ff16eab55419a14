"""The published rules are the code's."""

import re
from datetime import timedelta
from pathlib import Path

from collab_chat.core.consensus import Rule
from collab_chat.core.lifecycle import STEPS, Way
from collab_chat.core.severity import MATRIX
from collab_chat.core.timers import LIMITS, Step
from collab_chat.schemas.cases import CaseStatus, Severity

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "cases.md").read_text("utf-8")
UNITS = {"minutes": timedelta(minutes=1), "hour": timedelta(hours=1), "hours": timedelta(hours=1)}


def table(heading: str) -> list[list[str]]:
    part = GUIDE.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [one for one in part.splitlines() if one.startswith("|")]
    return [[cell.strip() for cell in one.strip("|").split("|")] for one in lines[2:]]


def test_the_matrix() -> None:
    for harm, *cells in table("Severity"):
        assert [Severity(one) for one in cells] == list(MATRIX[int(harm[0])])


def test_the_limits() -> None:
    for severity, *cells in table("Limits of time"):
        for step, words in zip(Step, cells, strict=True):
            number, unit = words.split()
            assert LIMITS[Severity(severity)][step] == int(number) * UNITS[unit]


def test_the_steps() -> None:
    for here, moved, otherwise in table("The way of a case"):
        for status in re.findall(r"\w+", here):
            by_lead = {there.value for there, how in STEPS[CaseStatus(status)].items() if how is Way.MOVE}
            assert by_lead == set(re.findall(r"\w+", moved))
            rest = {there.value for there in STEPS[CaseStatus(status)]} - by_lead
            assert rest == {one.value for one in CaseStatus if re.search(rf"\b{one.value}\b", otherwise)}


def test_the_rule() -> None:
    rule = Rule()
    assert f"**{rule.organisations} organisations**" in GUIDE
    assert f"**{rule.agree} in {rule.of}**" in GUIDE
    assert f"**{rule.wait_minutes} minutes**" in GUIDE
    assert f"**{rule.leads_to_shorten} leads**" in GUIDE
