"""The encyclopedia's pages; each door parses, makes one call, and renders."""

from fastapi import APIRouter

from encyclopedia.pages import (
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
    pending,
    rename,
    search,
    translate,
)

router = APIRouter(prefix="/encyclopedia", include_in_schema=False)
for _part in (
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
