"""What tells the items of a sheet's lists apart, so that merges and differences speak of the same one."""

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from encyclopedia.schemas import Fact, LedgerLine, Relation

Item = TypeVar("Item", Fact, Relation, LedgerLine)


def name_of(item: Fact | Relation | LedgerLine) -> str:
    """Return a fact's value, a relation's type and target, a ledger line's claim."""
    if isinstance(item, Fact):
        return item.value
    return f"{item.type}:{item.entry}" if isinstance(item, Relation) else item.claim


def by_name(items: Iterable[Item]) -> dict[str, Item]:
    """Return the items by name, in their order; the second of one name is called `name#2`."""
    found: dict[str, Item] = {}
    times: Counter[str] = Counter()
    for item in items:
        name = name_of(item)
        times[name] += 1
        found[name if times[name] == 1 else f"{name}#{times[name]}"] = item
    return found
