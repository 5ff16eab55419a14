"""What the search keeps, derived from the newest revisions; `actions.indexing.reindex_all` makes all of it anew.

The full-text index itself stands beside these tables and is made by migration 0003: on SQLite the FTS5 table `encyclopedia_fts`
(its rowid is the page's id), on PostgreSQL the columns `head` and `everything` (tsvector) of `encyclopedia_search_page`.
"""

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base

COUNTED_TO = 100  # a word that stands in more pages than this is common, and how common does not matter


def _plain_order(length: int) -> String:
    """Return a text that is compared by code point on both databases, so that beginnings are found by index."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class SearchPage(Base):
    """An indexed page in few bytes: thousands of these are read to count a search's facets."""

    __tablename__ = "encyclopedia_search_page"
    __table_args__ = (
        Index("ix_encyclopedia_search_page_language_sort_title", "language", "sort_title"),
        Index("ix_encyclopedia_search_page_sort_title", "sort_title"),
    )
    page_id: Mapped[int] = mapped_column(
        ForeignKey("encyclopedia_page.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    entry_id: Mapped[int] = mapped_column(ForeignKey("encyclopedia_entry.id", ondelete="CASCADE"), index=True)
    language: Mapped[str] = mapped_column(String(3))
    sort_title: Mapped[str] = mapped_column(_plain_order(200))  # folded
    facets: Mapped[str] = mapped_column(Text)  # core.words.filter_token of each, with commas
    counted: Mapped[bool]  # the one page of its entry whose facets are counted in SearchFacet


class SearchText(Base):
    """What ranks and shows a page that was found."""

    __tablename__ = "encyclopedia_search_text"
    page_id: Mapped[int] = mapped_column(
        ForeignKey("encyclopedia_page.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    revision_id: Mapped[int | None]  # what `plain` was made from
    words: Mapped[str] = mapped_column(
        Text
    )  # title | other names | lead | facts: folded words between blanks
    stems: Mapped[str] = mapped_column(Text)  # the same as tokens
    plain: Mapped[str] = mapped_column(Text)  # the text without markup; last, since it is rarely read


class SearchWord(Base):
    """A word that stands in some page, for what may have been meant. Counts end at `COUNTED_TO`."""

    __tablename__ = "encyclopedia_search_word"
    __table_args__ = (
        Index("ix_encyclopedia_search_word_head", "head", "pages"),
        Index("ix_encyclopedia_search_word_tail", "tail", "pages"),
    )
    word: Mapped[str] = mapped_column(_plain_order(40), primary_key=True)  # folded
    head: Mapped[str] = mapped_column(String(2))  # its first letters
    tail: Mapped[str] = mapped_column(String(3))  # its last letters
    pages: Mapped[int]
    titles: Mapped[int]


class SearchFacet(Base):
    """A facet's value, and how many entries have it (for `language`: how many pages)."""

    __tablename__ = "encyclopedia_search_facet"
    token: Mapped[str] = mapped_column(String(11), primary_key=True)  # core.words.filter_token
    key: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(200))
    entries: Mapped[int]
