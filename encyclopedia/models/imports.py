"""Imports, what each brought, and the vocabularies (DISARM and its kin) that they load."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, UtcDateTime


class Import(Base):
    """One file that was read: previewed, then applied, perhaps undone."""

    __tablename__ = "encyclopedia_import"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(
        String(30)
    )  # folder, disencyclopedia, mediawiki, tools_csv, disarm, dima
    name: Mapped[str] = mapped_column(String(200))
    licence: Mapped[str] = mapped_column(String(60), default="")
    attribution: Mapped[str] = mapped_column(String(500), default="")
    upload: Mapped[str | None] = mapped_column(String(120))
    options: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(20))  # reading, previewed, applying, applied, undone, failed
    error: Mapped[str] = mapped_column(String(1000), default="")
    job_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("common_job.id", ondelete="SET NULL"))
    by_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Imported(Base):
    """One thing that an import brought, by its place of origin, so that a second import finds it again."""

    __tablename__ = "encyclopedia_imported"
    __table_args__ = (UniqueConstraint("kind", "origin"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(
        ForeignKey("encyclopedia_import.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(30))  # the import's kind
    origin: Mapped[str] = mapped_column(String(300))  # file and heading, page id and revision id …
    content_hash: Mapped[str] = mapped_column(String(64))
    made: Mapped[str] = mapped_column(String(20))  # entry, page, revision, redirect, source, term
    made_id: Mapped[int | None]  # of a page: its revision that holds what was given
    given: Mapped[dict[str, Any] | None] = mapped_column(
        Json
    )  # of a page: what was given, where no revision holds just that (a merge)
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)  # what an undo puts back


class Term(Base):
    """A term of a vocabulary: a DISARM technique, countermeasure, detection, incident, and the like."""

    __tablename__ = "encyclopedia_term"
    __table_args__ = (
        UniqueConstraint("scheme", "kind", "code"),
        Index("ix_encyclopedia_term_scheme_code", "scheme", "code"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(String(20))  # disarm, amitt, dima, abcde
    kind: Mapped[str] = mapped_column(String(30))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(500))
    summary: Mapped[str] = mapped_column(Text, default="")
    parent: Mapped[str] = mapped_column(String(40), default="")  # code
    tactic: Mapped[str] = mapped_column(String(40), default="")  # code
    extra: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    import_id: Mapped[int | None] = mapped_column(
        ForeignKey("encyclopedia_import.id", ondelete="CASCADE"), index=True
    )


class TermLink(Base):
    """A reference from one term to another as the workbook writes it; dead and reused ones wait for a reviewer."""

    __tablename__ = "encyclopedia_term_link"
    __table_args__ = (Index("ix_encyclopedia_term_link_to", "scheme", "to_kind", "to_code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(String(20))
    from_kind: Mapped[str] = mapped_column(String(30))
    from_code: Mapped[str] = mapped_column(String(40))
    to_kind: Mapped[str] = mapped_column(String(30))
    to_code: Mapped[str] = mapped_column(String(40))  # where it leads now
    written_code: Mapped[str] = mapped_column(String(40), default="")  # as the workbook has it
    relation: Mapped[str] = mapped_column(String(30))
    raw: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(
        String(20), index=True
    )  # resolved, dead, reused, unclear, mended, dropped
    found: Mapped[str] = mapped_column(String(20), default="")  # the state before anybody decided
    likeness: Mapped[float | None]  # of the written name to the present one, 0–100
    proposals: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)  # code, name, score 0–100
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    import_id: Mapped[int | None] = mapped_column(
        ForeignKey("encyclopedia_import.id", ondelete="CASCADE"), index=True
    )


class Crosswalk(Base):
    """A mapping between terms of two vocabularies, as SKOS names them; it counts once a reviewer confirmed it."""

    __tablename__ = "encyclopedia_crosswalk"
    __table_args__ = (UniqueConstraint("from_scheme", "from_code", "to_scheme", "to_code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    from_scheme: Mapped[str] = mapped_column(String(20))
    from_code: Mapped[str] = mapped_column(String(40))
    to_scheme: Mapped[str] = mapped_column(String(20))
    to_code: Mapped[str] = mapped_column(String(40))
    match: Mapped[str] = mapped_column(String(10))  # exact, close, broad, narrow, related
    score: Mapped[float] = mapped_column(default=0.0)
    state: Mapped[str] = mapped_column(String(20), default="proposed")  # proposed, reviewed, rejected
    note: Mapped[str] = mapped_column(String(500), default="")
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
