"""Whether there are enough labels to learn from, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from political_ads.schemas import CANNOT_TELL

FEWEST = 50  # labelled creatives: with fewer, an interval of the agreement is wider than any use of it
FEWEST_OF_CLASS = 10  # two for each of five parts
FEWEST_ADVERTISERS = 5  # one for each part that is held out


@dataclass(frozen=True)
class Supply:
    """What a question's labels offer. `by_class`: the leading class → creatives, `cannot_tell` left out (`untold` counts these)."""

    by_class: Mapping[str, int]
    advertisers: int
    untold: int = 0

    @property
    def labelled(self) -> int:
        """Creatives whose leading class says something."""
        return sum(self.by_class.values())

    @property
    def learnt(self) -> tuple[str, ...]:
        """The classes of which there are enough; a model knows only these."""
        return tuple(name for name, count in self.by_class.items() if count >= FEWEST_OF_CLASS)

    @property
    def left_out(self) -> dict[str, int]:
        """The classes that occur, but too rarely to be learned."""
        return {name: count for name, count in self.by_class.items() if 0 < count < FEWEST_OF_CLASS}

    @property
    def missing(self) -> int:
        """Labelled creatives that are missing."""
        return max(0, FEWEST - self.labelled)

    @property
    def missing_advertisers(self) -> int:
        """Advertisers that are missing."""
        return max(0, FEWEST_ADVERTISERS - self.advertisers)

    @property
    def enough(self) -> bool:
        """Whether a model can be trained and measured."""
        return not self.missing and not self.missing_advertisers and len(self.learnt) > 1


def supply_of(
    classes: Sequence[str], posteriors: Sequence[Mapping[str, float]], advertisers: Sequence[object]
) -> Supply:
    """Count labels by their leading class (the first of those that share the lead); one advertiser a label."""
    counts = {name: 0 for name in classes if name != CANNOT_TELL}
    untold, known = 0, set()
    for posterior, advertiser in zip(posteriors, advertisers, strict=True):
        lead = max(classes, key=lambda name: posterior.get(name, 0.0))
        if lead == CANNOT_TELL:
            untold += 1
        else:
            counts[lead] += 1
            known.add(advertiser)
    return Supply(counts, len(known), untold)
