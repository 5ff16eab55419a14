"""Lists for programs: sources, media, vocabularies, each in its own order and page after page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from encyclopedia.models import Crosswalk, Media, MediaVersion, Source, Term, TermLink
from encyclopedia.permissions import PERMISSIONS, Permission

LARGEST_PORTION = 500


@dataclass(frozen=True)
class TermWithLinks:
    """A term of a vocabulary with its references to others and the mappings to other vocabularies that a reviewer confirmed."""

    term: Term
    links: Sequence[TermLink]
    crosswalks: Sequence[Crosswalk]


def list_sources(
    session: Session, actor: Actor, *, words: str = "", state: str = "", after: str = "", limit: int = 100
) -> Sequence[Source]:
    """Return sources by key, those after a key; `words` stand in the title, the key or the address."""
    PERMISSIONS.require(actor, Permission.READ)
    query = select(Source).where(Source.key > after).order_by(Source.key).limit(_within(limit))
    if words:
        found = (Source.title, Source.key, Source.url)
        query = query.where(
            found[0].icontains(words, autoescape=True)
            | found[1].icontains(words, autoescape=True)
            | found[2].icontains(words, autoescape=True)
        )
    return session.scalars(query.where(Source.link_state == state) if state else query).all()


def source_by_key(session: Session, actor: Actor, key: str) -> Source:
    """Return a source.

    Raises:
        NotFound: no source has this key.
    """
    PERMISSIONS.require(actor, Permission.READ)
    found = session.scalars(select(Source).where(Source.key == key)).first()
    if found is None:
        raise NotFound(_("There is no source with this key."))
    return found


def list_media(
    session: Session, actor: Actor, *, after: str = "", limit: int = 100
) -> Sequence[tuple[Media, MediaVersion]]:
    """Return pictures and documents by name, each with what is shown of it now."""
    PERMISSIONS.require(actor, Permission.READ)
    query = _media().where(Media.name > after).order_by(Media.name).limit(_within(limit))
    return session.execute(query).all()


def media_by_name(session: Session, actor: Actor, name: str) -> tuple[Media, MediaVersion]:
    """Return one of them.

    Raises:
        NotFound: nothing has this name.
    """
    PERMISSIONS.require(actor, Permission.READ)
    found = session.execute(_media().where(Media.name == name)).first()
    if found is None:
        raise NotFound(_("The library has no file of this name."))
    return found


def _media() -> Select[Media, MediaVersion]:
    return (
        select(Media, MediaVersion)
        .join(MediaVersion, MediaVersion.id == Media.version_id)
        .where(Media.deleted_at.is_(None))
    )


def list_terms(
    session: Session,
    actor: Actor,
    *,
    scheme: str = "",
    kind: str = "",
    words: str = "",
    after: int = 0,
    limit: int = 100,
) -> Sequence[Term]:
    """Return the terms of the vocabularies that were imported, those after a number."""
    PERMISSIONS.require(actor, Permission.READ)
    query = select(Term).where(Term.id > after).order_by(Term.id).limit(_within(limit))
    for column, wanted in ((Term.scheme, scheme), (Term.kind, kind)):
        query = query.where(column == wanted) if wanted else query
    if words:
        query = query.where(Term.name.icontains(words, autoescape=True) | (Term.code == words))
    return session.scalars(query).all()


def term_by_code(session: Session, actor: Actor, scheme: str, code: str) -> TermWithLinks:
    """Return a term.

    Raises:
        NotFound: the vocabulary has no such term, or was not imported.
    """
    PERMISSIONS.require(actor, Permission.READ)
    term = session.scalars(
        select(Term).where(Term.scheme == scheme, Term.code == code).order_by(Term.id)
    ).first()
    if term is None:
        raise NotFound(_("There is no such term in the vocabularies that were imported."))
    links = (
        select(TermLink).where(TermLink.scheme == scheme, TermLink.from_code == code).order_by(TermLink.id)
    )
    reviewed = select(Crosswalk).where(
        Crosswalk.state == "reviewed",
        ((Crosswalk.from_scheme == scheme) & (Crosswalk.from_code == code))
        | ((Crosswalk.to_scheme == scheme) & (Crosswalk.to_code == code)),
    )
    found = session.scalars(links.limit(LARGEST_PORTION)).all()
    return TermWithLinks(term, found, session.scalars(reviewed.limit(LARGEST_PORTION)).all())


def list_crosswalks(
    session: Session, actor: Actor, *, state: str = "", after: int = 0, limit: int = 100
) -> Sequence[Crosswalk]:
    """Return mappings between vocabularies, those after a number."""
    PERMISSIONS.require(actor, Permission.READ)
    query = select(Crosswalk).where(Crosswalk.id > after).order_by(Crosswalk.id).limit(_within(limit))
    return session.scalars(query.where(Crosswalk.state == state) if state else query).all()


def _within(limit: int) -> int:
    return min(max(limit, 1), LARGEST_PORTION)
