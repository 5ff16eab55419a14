"""Puts drafts together: French with English, the same title of several phases, glossary with definitions."""

import re
from collections import defaultdict
from collections.abc import Sequence

from rapidfuzz import fuzz

from common.i18n import N_
from encyclopedia.schemas import Message
from encyclopedia.sources.bring import addresses
from encyclopedia.sources.disencyclopedia.drafts import LONGEST_FIELD, Draft
from encyclopedia.sources.disencyclopedia.pages import Page, fold

# Below this likeness (0–2.8) a French text stands alone: a shared source, the same place in the page and the same date make up for unlike titles.
LIKE_ENOUGH = 0.6
_SMALL_WORDS = frozenset(re.findall(r"\S+", "the of a an le la les l de du des d en et and"))


def english_page(page: Page, pages: Sequence[Page]) -> Page | None:
    """Return the English page of a French one: its address without `/fr`."""
    wanted = page.permalink.removesuffix("/fr").removesuffix("fr").rstrip("/")
    found = (other for other in pages if other.language == "en" and other.permalink == wanted)
    return next(found, None)


def pair(french: Sequence[Draft], english: Sequence[Draft]) -> dict[str, Draft]:
    """Return the English draft of each French one that has one, by the French draft's origin. The likeliest pairs come first."""
    likely = sorted(
        (
            (_likeness(one, other, place == position), place, position)
            for place, one in enumerate(french)
            for position, other in enumerate(english)
            if one.kind == other.kind
        ),
        key=lambda found: (-found[0], found[1], found[2]),
    )
    pairs: dict[int, int] = {}
    for score, place, position in likely:
        if score >= LIKE_ENOUGH and place not in pairs and position not in pairs.values():
            pairs[place] = position
    return {french[place].origin: english[position] for place, position in pairs.items()}


def _likeness(one: Draft, other: Draft, same_place: bool) -> float:  # noqa: FBT001 - private, named at its only call
    ours, theirs = addresses(one.words), addresses(other.words)
    shared = len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0
    names = fuzz.token_sort_ratio(_bare(one.title), _bare(other.title)) / 100
    same_date = bool(one.facts.get("dates")) and one.facts.get("dates") == other.facts.get("dates")
    return names + shared + (0.5 if same_place else 0.0) + (0.3 if same_date else 0.0)


def _bare(title: str) -> str:
    words = fold(title).replace("'", " ").replace(".", "").split()
    return " ".join(word for word in words if word not in _SMALL_WORDS)


def join_same(drafts: Sequence[Draft]) -> list[list[Draft]]:
    """Group the drafts of one language that are the same entry: same kind, same title."""
    groups: dict[tuple[str, str], list[Draft]] = defaultdict(list)
    for draft in drafts:
        groups[(draft.kind, fold(draft.title).replace(" ", ""))].append(draft)
    return list(groups.values())


def joined(group: Sequence[Draft]) -> Draft:
    """Return one draft of several: sets united, each text kept once, the first one's title."""
    first = group[0]
    for other in group[1:]:
        first.phases.extend(phase for phase in other.phases if phase not in first.phases)
        first.criteria.extend(criterion for criterion in other.criteria if criterion not in first.criteria)
        first.websites.extend(address for address in other.websites if address not in first.websites)
        for key, values in other.facts.items():
            own = first.facts.setdefault(key, [])
            own.extend(value for value in values if value not in own)
        for key, text in other.fields.items():
            _join_field(first, key, text)
        first.body = _both(first.body, other.body)
        sentence = N_("“%(title)s” stands at %(place)s too; the texts were joined.")
        first.notes.append(Message(template=sentence, values={"title": other.title, "place": other.origin}))
    return first


def _join_field(draft: Draft, key: str, text: str) -> None:
    both = _both(draft.fields.get(key, ""), text)
    if len(both) <= LONGEST_FIELD:
        draft.fields[key] = both
    else:
        draft.body = _both(draft.body, text)


def _both(one: str, other: str) -> str:
    return one if other in one else f"{one}\n\n{other}".strip()
