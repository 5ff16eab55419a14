"""The map of an entry's neighbourhood: a drawing, and the same as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from fastapi import Request
from sqlalchemy.orm import Session

from common.i18n import gettext as _
from encyclopedia.core.fields import RELATION_BY_KEY
from encyclopedia.core.graph import LONGEST_LABEL, Edge, Map, Node, Placed, layout
from encyclopedia.queries.entries import EntryName, names
from encyclopedia.queries.neighbourhood import LINK, neighbourhood
from encyclopedia.queries.standing import Standing
from encyclopedia.views.entry import EntryLink, entry_link
from encyclopedia.views.head import EntryHead

WIDTH, HEIGHT = 1000, 760  # of the drawing
LEAST_RADIUS, MOST_RADIUS = 6, 14


@dataclass(frozen=True)
class Dot:
    """An entry in the drawing."""

    link: EntryLink
    label: str
    kind: str
    x: float
    y: float
    radius: float
    centre: bool
    anchor: str  # of the label: start, middle, end


@dataclass(frozen=True)
class Line:
    """A link in the drawing; a relation is drawn stronger than a mention."""

    x1: float
    y1: float
    x2: float
    y2: float
    relation: bool


@dataclass(frozen=True)
class MapRow:
    """One link, in words."""

    source: EntryLink
    words: str
    target: EntryLink


@dataclass(frozen=True)
class MapPage:
    """The page."""

    head: EntryHead
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    rows: tuple[MapRow, ...]
    left_out: int
    width: int
    height: int
    label: str


def map_page(request: Request, session: Session, known: Standing, head: EntryHead, language: str) -> MapPage:
    """Return an entry's map. The same neighbourhood is always drawn the same way."""
    edges = neighbourhood(session, known.entry_id)
    ids = {known.entry_id, *(end for source, target, _type in edges for end in (source, target))}
    known_names = names(session, ids, language)
    drawn = _drawn(known.entry_id, edges, known_names)
    places = {placed.node.id: placed for placed in drawn.nodes}
    links = {id_: entry_link(request, known_names[id_]) for id_ in places}
    return MapPage(
        head=head,
        dots=tuple(_dot(placed, links[placed.node.id], known.entry_id) for placed in drawn.nodes),
        lines=tuple(_line(edge, places) for edge in drawn.edges),
        rows=tuple(MapRow(links[e.source], _words(e.type), links[e.target]) for e in drawn.edges),
        left_out=drawn.left_out,
        width=WIDTH,
        height=HEIGHT,
        label=_("Map of the entries around “%(title)s”") % {"title": known.page.title},
    )


def _drawn(centre: int, edges: Sequence[tuple[int, int, str]], known: Mapping[int, EntryName]) -> Map:
    nodes = [Node(name.id, name.title, name.kind) for name in known.values()]
    kept = [Edge(*edge) for edge in edges if edge[0] in known and edge[1] in known]
    if centre not in known:
        return Map((), (), 0)
    return layout(nodes, kept, centre, np.random.default_rng(centre))


def _dot(placed: Placed, link: EntryLink, centre: int) -> Dot:
    title = placed.node.title
    x = round(placed.x * WIDTH, 1)
    return Dot(
        link=link,
        label=title if len(title) <= LONGEST_LABEL else title[: LONGEST_LABEL - 1].rstrip() + "…",
        kind=placed.node.kind,
        x=x,
        y=round(placed.y * HEIGHT, 1),
        radius=round(min(MOST_RADIUS, LEAST_RADIUS + 40 * placed.centrality), 1),
        centre=placed.node.id == centre,
        anchor="start" if placed.x < 0.12 else "end" if placed.x > 0.88 else "middle",
    )


def _line(edge: Edge, places: Mapping[int, Placed]) -> Line:
    source, target = places[edge.source], places[edge.target]
    return Line(
        round(source.x * WIDTH, 1),
        round(source.y * HEIGHT, 1),
        round(target.x * WIDTH, 1),
        round(target.y * HEIGHT, 1),
        relation=edge.type != LINK,
    )


def _words(type_: str) -> str:
    if type_ == LINK:
        return _("links to")
    return _(RELATION_BY_KEY[type_].name) if type_ in RELATION_BY_KEY else type_
