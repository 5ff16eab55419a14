"""What changed between two states of an entry's sheet, or of the short fields of its text, by path."""

from collections.abc import Sequence
from dataclasses import dataclass

from encyclopedia.core.diff import Diff, diff
from encyclopedia.core.item_names import Item, by_name
from encyclopedia.schemas import Fact, LedgerLine, Relation, Sheet, Text


@dataclass(frozen=True)
class Change:
    """One value that differs; None: it was not, or is no longer, there. Shapes are given as JSON-able mappings.

    Paths are those of `core.fieldmerge`: `phases[detection]`, `facts.status[dead]`, `facts.status[dead].source`,
    `relations[implements:12].note`, `ledger[claim].effect`; `facts.made_by`, when only the order changed.
    """

    path: str
    before: object
    after: object


def diff_sheets(old: Sheet, new: Sheet) -> tuple[Change, ...]:
    """Return what differs, in the sheet's own order: phases, criteria, facts, relations, ledger."""
    changes = _members("phases", old.phases, new.phases) + _members("criteria", old.criteria, new.criteria)
    for key in dict.fromkeys((*old.facts, *new.facts)):
        changes += _items(f"facts.{key}", old.facts.get(key, ()), new.facts.get(key, ()))
    changes += _items("relations", old.relations, new.relations)
    return tuple(changes + _items("ledger", old.ledger, new.ledger))


def diff_fields(old: Text, new: Text, context: int | None = 2) -> dict[str, Diff]:
    """Return the differences of title, lead, each translated field and the body, by path; equal ones are left out."""
    before, after = _parts(old), _parts(new)
    paths = [path for path in dict.fromkeys((*before, *after)) if before.get(path) != after.get(path)]
    return {path: diff(before.get(path, ""), after.get(path, ""), context) for path in paths}


def _parts(text: Text) -> dict[str, str]:
    fields = {f"fields.{key}": value for key, value in text.fields.items()}
    return {"title": text.title, "lead": text.lead, **fields, "body": text.body}


def _members(path: str, old: Sequence[str], new: Sequence[str]) -> list[Change]:
    removed = [Change(f"{path}[{member}]", str(member), None) for member in old if member not in new]
    added = [Change(f"{path}[{member}]", None, str(member)) for member in new if member not in old]
    return removed + added or _reordered(path, old, new)


def _items(path: str, old: Sequence[Item], new: Sequence[Item]) -> list[Change]:
    """Return removed and added items whole, and the attributes that differ in those that stay."""
    before: dict[str, Item] = by_name(old)
    after: dict[str, Item] = by_name(new)
    changes = []
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            changes.append(Change(f"{path}[{name}]", _dumped(one), _dumped(other)))
        elif one != other:
            was, now = one.model_dump(mode="json"), other.model_dump(mode="json")
            changes += [
                Change(f"{path}[{name}].{key}", was[key], now[key]) for key in was if was[key] != now[key]
            ]
    return changes or _reordered(path, list(before), list(after))


def _dumped(item: Fact | Relation | LedgerLine | None) -> object:
    return item.model_dump(mode="json", exclude_defaults=True) if item else None


def _reordered(path: str, old: Sequence[str], new: Sequence[str]) -> list[Change]:
    same = list(old) == list(new)
    return [] if same else [Change(path, [str(name) for name in old], [str(name) for name in new])]
