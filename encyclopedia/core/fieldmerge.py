"""Three-way merge of an entry's structured sheet and of one language's text.

The unit is the smallest thing that a person would decide on: a phase, one attribute of one fact, the note of a relation, a
region of the text. What only one side changed is taken; what both changed differently is a conflict with its path, its
three values, and ours in the merged shape until someone chooses. Merging again with `choices` (path → choice) applies them,
so a page needs to keep nothing but the three revisions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from common.taxonomy import Criterion, Phase
from encyclopedia.core.fields import FIELD_BY_KEY
from encyclopedia.core.item_names import Item, by_name
from encyclopedia.core.merge import Choice, merge, resolve
from encyclopedia.schemas import LARGEST_TEXT, Fact, Sheet, Text

LONGEST_LEAD = 500  # as schemas.Sentence
LONGEST_FIELD = 5_000  # as schemas.Paragraph

T = TypeVar("T")
M = TypeVar("M", Phase, Criterion)


@dataclass(frozen=True)
class FieldConflict:
    """One place where both sides differ from the base and from each other; None: it is not there.

    Paths: `facts.status`, `facts.made_by[Meta].source`, `relations[implements:12].note`, `ledger[claim].effect`, `title`,
    `lead#0`, `fields.what#2`, `body#5` (the number is the chunk's, see `core.merge`).
    """

    path: str
    base: object
    ours: object
    theirs: object


@dataclass(frozen=True)
class MergedSheet:
    """A merged sheet and what is left to decide in it."""

    sheet: Sheet
    conflicts: tuple[FieldConflict, ...]


@dataclass(frozen=True)
class MergedText:
    """A merged text and what is left to decide in it."""

    text: Text
    conflicts: tuple[FieldConflict, ...]


@dataclass
class _Judge:
    """Decides by diff3's rules, then by a person's choices; notes what neither decides."""

    choices: Mapping[str, Choice]
    conflicts: list[FieldConflict] = field(default_factory=list)

    def pick(self, path: str, base: T, ours: T, theirs: T) -> T:
        if theirs in (base, ours):
            return ours
        if ours == base:
            return theirs
        return self.choose(path, base, ours, theirs)

    def choose(self, path: str, base: T, ours: T, theirs: T) -> T:
        choice = self.choices.get(path)
        sides = {Choice.BASE: base, Choice.OURS: ours, Choice.THEIRS: theirs}
        if choice is None or choice not in sides:  # two single values cannot both stand
            self.conflicts.append(FieldConflict(path, base, ours, theirs))
            return ours
        return sides[choice]


def merge_sheets(
    base: Sheet, ours: Sheet, theirs: Sheet, choices: Mapping[str, Choice] | None = None
) -> MergedSheet:
    """Merge two descendants of a sheet."""
    judge = _Judge(choices or {})
    sheet = Sheet(
        phases=_members(base.phases, ours.phases, theirs.phases, Phase),
        criteria=_members(base.criteria, ours.criteria, theirs.criteria, Criterion),
        facts=_facts(judge, base.facts, ours.facts, theirs.facts),
        relations=_items(judge, "relations", base.relations, ours.relations, theirs.relations),
        ledger=_items(judge, "ledger", base.ledger, ours.ledger, theirs.ledger),
    )
    return MergedSheet(sheet, tuple(judge.conflicts))


def merge_texts(
    base: Text, ours: Text, theirs: Text, choices: Mapping[str, Choice] | None = None
) -> MergedText:
    """Merge two descendants of a text: the title whole, everything else by lines and words."""
    judge = _Judge(choices or {})
    fields: dict[str, str] = {}
    for key in _weave(tuple(base.fields), tuple(ours.fields), tuple(theirs.fields)):
        sides = (base.fields.get(key), ours.fields.get(key), theirs.fields.get(key))
        value = _prose(judge, f"fields.{key}", *sides, LONGEST_FIELD)
        if value is not None:
            fields[key] = value
    text = Text(
        title=judge.pick("title", base.title, ours.title, theirs.title),
        lead=_prose(judge, "lead", base.lead, ours.lead, theirs.lead, LONGEST_LEAD) or "",
        fields=fields,
        body=_prose(judge, "body", base.body, ours.body, theirs.body, LARGEST_TEXT) or "",
    )
    return MergedText(text, tuple(judge.conflicts))


def _prose(
    judge: _Judge, path: str, base: str | None, ours: str | None, theirs: str | None, limit: int
) -> str | None:
    """Merge one text by lines and words; whole when a side removed it, or when the merged text would be too long."""
    if base in (ours, theirs) or ours == theirs or ours is None or theirs is None:
        return judge.pick(path, base, ours, theirs)
    merged = merge(base or "", ours, theirs)
    decided: dict[int, Choice] = {}
    conflicts = []
    for found in merged.conflicts:
        name = f"{path}#{found.chunk}"
        decided[found.chunk] = judge.choices.get(name, Choice.OURS)
        if name not in judge.choices:
            lines = ("\n".join(side) for side in (found.base, found.ours, found.theirs))
            conflicts.append(FieldConflict(name, *lines))
    text = resolve(merged.chunks, decided)
    if len(text) > limit:
        return judge.choose(path, base, ours, theirs)
    judge.conflicts += conflicts
    return text


def _members(
    base: tuple[M, ...], ours: tuple[M, ...], theirs: tuple[M, ...], order: type[M]
) -> tuple[M, ...]:
    """Merge two sets of the taxonomy's words: sets never conflict. Both changed: in the taxonomy's order."""
    if theirs in (base, ours):
        return ours
    if ours == base:
        return theirs
    kept = set(base) & set(ours) & set(theirs)
    added = (set(ours) | set(theirs)) - set(base)
    return tuple(member for member in order if member in kept | added)


_Facts = Mapping[str, tuple[Fact, ...]]


def _facts(judge: _Judge, base: _Facts, ours: _Facts, theirs: _Facts) -> dict[str, tuple[Fact, ...]]:
    merged: dict[str, tuple[Fact, ...]] = {}
    for key in _weave(tuple(base), tuple(ours), tuple(theirs)):
        before, one, other = base.get(key), ours.get(key), theirs.get(key)
        path = f"facts.{key}"
        if before in (one, other) or one == other or not _by_value(key, (before, one, other)):
            values = judge.pick(path, before, one, other)
        else:
            values = _items(judge, path, before or (), one or (), other or ()) or None
        if values is not None:
            merged[key] = values
    return merged


def _by_value(key: str, sides: Sequence[tuple[Fact, ...] | None]) -> bool:
    """Whether a field's values are merged one by one: several may stand, or all sides speak of the same one."""
    definition = FIELD_BY_KEY.get(key)
    several = definition.many if definition else any(len(side or ()) > 1 for side in sides)
    return several or len({tuple(fact.value for fact in side or ()) for side in sides}) == 1


def _items(
    judge: _Judge,
    path: str,
    base: Sequence[Item],
    ours: Sequence[Item],
    theirs: Sequence[Item],
) -> tuple[Item, ...]:
    """Merge lists of named items, attribute by attribute."""
    before, one, other = by_name(base), by_name(ours), by_name(theirs)
    merged = []
    for key in _weave(tuple(before), tuple(one), tuple(other)):
        item = _item(judge, f"{path}[{key}]", before.get(key), one.get(key), other.get(key))
        if item is not None:
            merged.append(item)
    return tuple(merged)


def _item(judge: _Judge, path: str, base: Item | None, ours: Item | None, theirs: Item | None) -> Item | None:
    if base in (ours, theirs) or ours == theirs or ours is None or theirs is None:
        return judge.pick(path, base, ours, theirs)
    changes = {}
    for key, definition in type(ours).model_fields.items():
        before = getattr(base, key) if base is not None else definition.get_default(call_default_factory=True)
        changes[key] = judge.pick(f"{path}.{key}", before, getattr(ours, key), getattr(theirs, key))
    return ours.model_copy(update=changes)


def _weave(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Return every key of the three sides, in the order of the side that changed the order (ours, when both did).

    Keys that the leading side lacks stand behind the key they follow elsewhere.
    """
    kept, before = set(ours), set(base)
    calm = [key for key in ours if key in before] == [key for key in base if key in kept]
    first, second = (theirs, ours) if calm else (ours, theirs)
    woven = list(first)
    known = set(first)
    for side in (second, base):
        for at, key in enumerate(side):
            if key not in known:
                woven.insert(woven.index(side[at - 1]) + 1 if at else 0, key)
                known.add(key)
    return woven
