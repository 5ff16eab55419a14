"""Long lists in pages of a stated size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
LARGEST_PAGE = 200


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: its items, its number (from 1), the size of a page and the count of all items."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The rank of this page's first item, from 1; 0 where there is none."""
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The rank of this page's last item."""
        return (self.number - 1) * self.size + len(self.items)


def window(number: int, size: int) -> tuple[int, int]:
    """Return (offset, limit) for a page, kept within reason whatever was asked for."""
    size = min(max(size, 1), LARGEST_PAGE)
    return (min(max(number, 1), 1_000_000) - 1) * size, size
