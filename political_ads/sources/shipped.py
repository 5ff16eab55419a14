"""What is shipped with the tool: questionnaires, and the demonstration's ads, truth and gold."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, TypeAdapter

from common.plain_yaml import read_plain
from political_ads.core.questionnaires import read_questionnaire
from political_ads.schemas import AdRecord, Highlight, Questionnaire, Shape, Value

QUESTIONNAIRES = Path(__file__).parents[1] / "questionnaires"
DEMONSTRATION = Path(__file__).parents[1] / "demonstration"
DEFAULT = "political_ads"  # the key of the questionnaire that a campaign begins with


class DemoTruth(Shape):
    """The writer's own answers to the default questionnaire for one creative of the demonstration.

    For simulating the demonstration's volunteers and for choosing gold; it is no result. `ad` is the `external_id` of the
    creative's first ad. `also`: per question, what a careful reader might answer instead. `marked`: option → words of the ad.
    """

    ad: str
    answers: dict[str, Value]
    also: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    marked: dict[str, str] = Field(default_factory=dict)

    def highlights(self, text: str) -> tuple[Highlight, ...]:
        """Return the marked words' places in the creative's text; those that it does not hold are left out."""
        found = ((option, words, text.find(words)) for option, words in self.marked.items())
        return tuple(
            Highlight(start=start, end=start + len(words), option=option)
            for option, words, start in found
            if start >= 0
        )


class DemoGold(Shape):
    """A creative of the demonstration whose right answers are known. `right`: question → options that count as right."""

    ad: str
    used: Literal["example", "quiz", "stream"]
    position: int  # in the order in which they are shown, per language and use
    right: dict[str, tuple[str, ...]]
    why: dict[str, str]  # language → explanation


def questionnaires(folder: Path = QUESTIONNAIRES) -> dict[str, Questionnaire]:
    """Return the shipped questionnaires by their key, the default one first. Raises `Invalid` where one cannot be read."""
    read = (read_questionnaire(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml")))
    found = sorted(read, key=lambda one: (one.key != DEFAULT, one.reviewers_only, one.key))
    return {questionnaire.key: questionnaire for questionnaire in found}


def demo_ads(folder: Path = DEMONSTRATION) -> Iterator[AdRecord]:
    """Yield the demonstration's ads, written for this project: every page, place, party and sponsor is invented."""
    with (folder / "ads.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield AdRecord.model_validate_json(line)


def demo_truth(folder: Path = DEMONSTRATION) -> Mapping[str, DemoTruth]:
    """Return the writer's answers by the `external_id` of the creative's first ad."""
    entries = TypeAdapter(tuple[DemoTruth, ...]).validate_python(_read(folder / "truth.yaml"))
    return {entry.ad: entry for entry in entries}


def demo_gold(folder: Path = DEMONSTRATION) -> tuple[DemoGold, ...]:
    """Return the demonstration's gold, in the order in which it is shown."""
    entries = TypeAdapter(tuple[DemoGold, ...]).validate_python(_read(folder / "gold.yaml"))
    return tuple(sorted(entries, key=lambda gold: (gold.used, gold.position, gold.ad)))


def _read(path: Path) -> object:
    value, _ = read_plain(path.read_text(encoding="utf-8"))
    return value
