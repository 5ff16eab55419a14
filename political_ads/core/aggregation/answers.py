"""The answers of many contributors about many items, as three parallel columns of places."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

UNKNOWN = -1  # in a gold array: the right answer of this item is not known


@dataclass(frozen=True, slots=True)
class Votes:
    """`items`, `contributors`, `classes`: int32 arrays of one length, one row an answer, in any order.

    Item places are in [0, n_items), contributor places in [0, n_contributors), class places in [0, n_classes). Items and
    contributors without any answer are allowed. A row that is there twice counts twice.
    """

    items: IntArray
    contributors: IntArray
    classes: IntArray
    n_items: int
    n_contributors: int
    n_classes: int

    def __post_init__(self) -> None:
        if not len(self.items) == len(self.contributors) == len(self.classes):
            raise ValueError("The three columns of the answers differ in length.")
        if self.n_classes < 2:
            raise ValueError("A question needs at least two classes.")
        columns = (self.items, self.contributors, self.classes)
        for column, size in zip(columns, (self.n_items, self.n_contributors, self.n_classes), strict=True):
            if column.dtype != np.int32:
                raise ValueError("Places are int32.")
            if len(column) and (int(column.min()) < 0 or int(column.max()) >= size):
                raise ValueError("A place lies outside its range.")

    def __len__(self) -> int:
        return len(self.items)

    def take(self, rows: NDArray[np.int64]) -> "Votes":
        """Return these rows only, with the same places (so that results stay comparable)."""
        return Votes(
            self.items[rows],
            self.contributors[rows],
            self.classes[rows],
            self.n_items,
            self.n_contributors,
            self.n_classes,
        )

    def tally(self) -> FloatArray:
        """How many answers of each class each item has: shape (n_items, n_classes)."""
        cells = self.items.astype(np.int64) * self.n_classes + self.classes
        counts = np.bincount(cells, minlength=self.n_items * self.n_classes)
        return counts.reshape(self.n_items, self.n_classes).astype(np.float64)


@dataclass(frozen=True, slots=True)
class NamedVotes:
    """Votes with the names behind the places: `item_ids[votes.items[row]]` is what row `row` is about."""

    votes: Votes
    item_ids: list[Hashable]
    contributor_ids: list[Hashable]
    labels: list[Hashable]

    def gold(self, known: Iterable[tuple[Hashable, Hashable]]) -> IntArray:
        """Return the gold array (n_items,) of known (item, label) pairs; names that no answer holds are left out."""
        place = {label: index for index, label in enumerate(self.labels)}
        right = {item: place.get(label, UNKNOWN) for item, label in known}
        return np.array([right.get(item, UNKNOWN) for item in self.item_ids], dtype=np.int32)


def name_votes(
    items: Sequence[Hashable],
    contributors: Sequence[Hashable],
    labels: Sequence[Hashable],
    *,
    classes: Sequence[Hashable] = (),
) -> NamedVotes:
    """Give places to names: `classes` first, in their order, then labels in the order of their first answer.

    Pass the questionnaire's options as `classes`: an option that nobody chose is a class too.
    """
    item_places, item_ids = _places(items)
    contributor_places, contributor_ids = _places(contributors)
    class_places, names = _places(labels, tuple(classes))
    votes = Votes(
        item_places,
        contributor_places,
        class_places,
        len(item_ids),
        len(contributor_ids),
        max(len(names), 2),
    )
    return NamedVotes(votes, item_ids, contributor_ids, names)


def _places(names: Sequence[Hashable], first: Sequence[Hashable] = ()) -> tuple[IntArray, list[Hashable]]:
    """Number the names in the order of their first appearance, `first` before all."""
    seen: dict[Hashable, int] = {name: place for place, name in enumerate(first)}
    places = np.fromiter(
        (seen.setdefault(name, len(seen)) for name in names), dtype=np.int32, count=len(names)
    )
    return places, list(seen)
