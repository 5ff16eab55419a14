"""What entries point to, derived from their newest revisions at each save: links, citations, relations, facets."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base


class Link(Base):
    """A wikilink; `entry_id` is where it leads, None where there is nothing yet (a wanted entry)."""

    __tablename__ = "encyclopedia_link"
    page_id: Mapped[int] = mapped_column(
        ForeignKey("encyclopedia_page.id", ondelete="CASCADE"), primary_key=True
    )
    slug: Mapped[str] = mapped_column(String(120), primary_key=True, index=True)  # as it was written
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("encyclopedia_entry.id", ondelete="SET NULL"), index=True
    )


class ExternalLink(Base):
    """A link to elsewhere in a page's text."""

    __tablename__ = "encyclopedia_external_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("encyclopedia_page.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(String(2000))
    host: Mapped[str] = mapped_column(String(253), index=True)


class Citation(Base):
    """A page that cites a source, in its text or in a fact."""

    __tablename__ = "encyclopedia_citation"
    page_id: Mapped[int] = mapped_column(
        ForeignKey("encyclopedia_page.id", ondelete="CASCADE"), primary_key=True
    )
    source_key: Mapped[str] = mapped_column(
        String(80), primary_key=True, index=True
    )  # the source may not exist yet


class MediaUse(Base):
    """A page that shows a picture or links a document of the media library."""

    __tablename__ = "encyclopedia_media_use"
    page_id: Mapped[int] = mapped_column(
        ForeignKey("encyclopedia_page.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(200), primary_key=True, index=True)


class RelationRow(Base):
    """A typed link between two entries (`core.fields.RELATIONS`), from the newest sheet of the first."""

    __tablename__ = "encyclopedia_relation"
    from_id: Mapped[int] = mapped_column(
        ForeignKey("encyclopedia_entry.id", ondelete="CASCADE"), primary_key=True
    )
    type: Mapped[str] = mapped_column(String(40), primary_key=True)
    to_id: Mapped[int] = mapped_column(
        ForeignKey("encyclopedia_entry.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    note: Mapped[str] = mapped_column(String(500), default="")


class Facet(Base):
    """One value by which readers filter: kind, phase, criterion, and every facet field of the sheet."""

    __tablename__ = "encyclopedia_facet"
    __table_args__ = (Index("ix_encyclopedia_facet_key_value", "key", "value", "entry_id"),)
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("encyclopedia_entry.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)
