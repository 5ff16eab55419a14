"""The encyclopedia's tables."""

from encyclopedia.models.entries import Entry, LogLine, Page, Redirect, Rendering, Review, Revision
from encyclopedia.models.imports import Crosswalk, Import, Imported, Term, TermLink
from encyclopedia.models.library import Media, MediaVersion, Source
from encyclopedia.models.links import Citation, ExternalLink, Facet, Link, MediaUse, RelationRow
from encyclopedia.models.search import SearchFacet, SearchPage, SearchText, SearchWord
from encyclopedia.models.together import (
    Block,
    Draft,
    Notification,
    Post,
    SavedSearch,
    Suggestion,
    Thread,
    Watch,
)

__all__ = [
    "Block", "Citation", "Crosswalk", "Draft", "Entry", "ExternalLink", "Facet", "Import", "Imported", "Link", "LogLine",
    "Media", "MediaUse", "MediaVersion", "Notification", "Page", "Post", "Redirect", "RelationRow", "Rendering", "Review",
    "Revision", "SavedSearch", "SearchFacet", "SearchPage", "SearchText", "SearchWord", "Source", "Suggestion", "Term", "TermLink", "Thread", "Watch",
]  # fmt: skip
