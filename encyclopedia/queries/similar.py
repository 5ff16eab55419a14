"""Entries that may be the one that somebody is about to write."""

import re

from rapidfuzz import fuzz
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from encyclopedia.models import Entry, Page
from encyclopedia.queries.entries import EntryName, names
from encyclopedia.schemas import SHEET

LEAST_LIKE = 75.0  # of 100 (rapidfuzz's weighted ratio): below it titles share a word by chance
MOST_SEEN, MOST_SHOWN = 500, 5
STEM = 5  # letters of a word by which titles are looked for, so that plurals and most endings are found


def similar_titles(session: Session, title: str, language: str) -> list[EntryName]:
    """Return entries with a title like this one in any language, the most alike first."""
    stems = {word[:STEM] for word in re.findall(r"\w{4,}", title.lower())} or {title.lower()[:STEM]}
    alike = [func.lower(Page.title).contains(stem, autoescape=True) for stem in sorted(stems)[:8]]
    rows = session.execute(
        select(Page.entry_id, Page.title)
        .join(Entry, Entry.id == Page.entry_id)
        .where(or_(*alike), Page.language != SHEET, Entry.deleted_at.is_(None))
        .limit(MOST_SEEN)
    )
    best: dict[int, float] = {}
    for entry_id, other in rows:
        best[entry_id] = max(best.get(entry_id, 0.0), fuzz.WRatio(title.lower(), other.lower()))
    ranked = sorted(
        (entry_id for entry_id, like in best.items() if like >= LEAST_LIKE), key=lambda e: -best[e]
    )
    found = names(session, ranked[:MOST_SHOWN], language)
    return [found[entry_id] for entry_id in ranked[:MOST_SHOWN] if entry_id in found]
