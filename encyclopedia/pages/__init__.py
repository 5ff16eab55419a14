"""The encyclopedia's pages; each door parses, makes one call, and renders."""

from fastapi import APIRouter

from encyclopedia.pages import (
    changes,
    conflicts,
    desk,
    edit,
    entry,
    facts,
    feeds,
    history,
    home,
    languages,
    manage,
    methodology,
    neighbourhood,
    new,
    pending,
    people,
    rename,
    reviews,
    saved_searches,
    search,
    suggesting,
    suggestions,
    talk,
    translate,
    watching,
)

router = APIRouter(prefix="/encyclopedia", include_in_schema=False)
for _part in (
    changes,
    desk,
    feeds,
    manage,
    people,
    reviews,
    saved_searches,
    suggesting,
    suggestions,
    talk,
    watching,
    conflicts,
    edit,
    entry,
    facts,
    history,
    home,
    languages,
    methodology,
    neighbourhood,
    new,
    rename,
    search,
    translate,
    pending,
):
    router.include_router(_part.router)

__all__ = ["router"]
