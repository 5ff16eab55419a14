"""The map of an entry's neighbourhood: which entries to show, where to place them, which are central.

Placement: T. M. J. Fruchterman and E. M. Reingold 1991, "Graph drawing by force-directed placement",
doi:10.1002/spe.4380211102 (networkx). Centrality: PageRank, S. Brin and L. Page 1998, "The anatomy of a large-scale
hypertextual Web search engine", doi:10.1016/S0169-7552(98)00110-X, by power iteration.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

MOST_SHOWN = 60
DAMPING = 0.85
ROUNDS = 100
TOLERANCE = 1e-9  # summed change of all shares in one round
MARGIN = 0.06  # of the picture, kept free on each side
LABEL_LINE = 0.035  # a label's height, as a share of the picture's …
LABEL_LETTER = 0.011  # … and a letter's width, as a share of the picture's
LONGEST_LABEL = 24  # letters: longer titles are cut by the page
GRID = 40  # spots in a row that a label may move to


@dataclass(frozen=True)
class Node:
    """An entry on the map."""

    id: int
    title: str
    kind: str


@dataclass(frozen=True)
class Edge:
    """A typed link from one entry to another."""

    source: int
    target: int
    type: str


@dataclass(frozen=True)
class Placed:
    """A node with its place in the unit square (the origin is the top left), its distance in links, its PageRank."""

    node: Node
    x: float
    y: float
    distance: int
    centrality: float


@dataclass(frozen=True)
class Map:
    """What is drawn: nodes, the edges between them, and how many reachable neighbours had no room."""

    nodes: tuple[Placed, ...]
    edges: tuple[Edge, ...]
    left_out: int


def layout(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    centre: int,
    rng: np.random.Generator,
    *,
    most: int = MOST_SHOWN,
) -> Map:
    """Place the centre in the middle and its nearest neighbours around it; at equal distance the most central come first.

    Deterministic for a given state of `rng`. Edges whose ends are not among the nodes, and nodes that no path joins to the
    centre, are left out. Raises `ValueError` when the centre is not among the nodes.
    """
    known = {node.id: node for node in nodes}
    if centre not in known:
        message = f"the centre {centre} is not among the nodes"
        raise ValueError(message)
    inner = [edge for edge in edges if edge.source in known and edge.target in known]
    ranks = centrality(inner)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_node(centre)
    graph.add_edges_from((edge.source, edge.target) for edge in inner if edge.source != edge.target)
    distances = nx.single_source_shortest_path_length(graph, centre)
    shown = sorted(distances, key=lambda id_: (distances[id_], -ranks.get(id_, 0.0), id_))[:most]
    places = _places(graph.subgraph(shown), shown, rng)
    places = _apart(places, np.array([min(len(known[id_].title), LONGEST_LABEL) for id_ in shown]))
    placed = tuple(
        Placed(known[id_], float(x), float(y), distances[id_], ranks.get(id_, 0.0))
        for id_, (x, y) in zip(shown, places, strict=True)
    )
    drawn = set(shown)
    kept = tuple(edge for edge in inner if edge.source in drawn and edge.target in drawn)
    return Map(placed, kept, len(distances) - len(shown))


def centrality(edges: Iterable[Edge]) -> dict[int, float]:
    """Return each entry's PageRank (they sum to 1); several links between two entries count as one."""
    pairs = sorted({(edge.source, edge.target) for edge in edges if edge.source != edge.target})
    ids = sorted({id_ for pair in pairs for id_ in pair})
    if not ids:
        return {}
    place = {id_: at for at, id_ in enumerate(ids)}
    sources = np.array([place[source] for source, _ in pairs])
    targets = np.array([place[target] for _, target in pairs])
    links = np.bincount(sources, minlength=len(ids))
    ranks = np.full(len(ids), 1 / len(ids))
    for _ in range(ROUNDS):
        flow = np.bincount(targets, weights=ranks[sources] / links[sources], minlength=len(ids))
        lost = ranks[links == 0].sum()  # entries without links give to all alike
        following = (1 - DAMPING) / len(ids) + DAMPING * (flow + lost / len(ids))
        change = np.abs(following - ranks).sum()
        ranks = following
        if change < TOLERANCE:
            break
    return dict(zip(ids, ranks.tolist(), strict=True))


def _places(graph: "nx.Graph[int]", shown: Sequence[int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return an (n, 2) array of places in [MARGIN, 1 − MARGIN]; the first of `shown` is in the middle."""
    if len(shown) == 1:
        return np.array([[0.5, 0.5]])
    ordered: nx.Graph[int] = nx.Graph()  # a subgraph's own order is a set's: not the same from run to run
    ordered.add_nodes_from(shown)
    ordered.add_edges_from(sorted((min(pair), max(pair)) for pair in graph.edges))
    start = {id_: rng.uniform(-1, 1, 2) for id_ in shown}
    start[shown[0]] = np.zeros(2)
    found = nx.spring_layout(ordered, pos=start, fixed=[shown[0]], iterations=100, seed=0)
    places = np.array([found[id_] for id_ in shown], dtype=np.float64)
    reach = np.abs(places).max(axis=0)
    places /= np.where(reach > 0, reach, 1.0)
    return 0.5 + places * (0.5 - MARGIN)


def _apart(places: NDArray[np.float64], letters: NDArray[np.int64]) -> NDArray[np.float64]:
    """Move each label (a box around its place), the nearest entries first, to the closest spot free of earlier ones.

    `places` (n, 2) and `letters` (n,) in order of importance. A label for which no spot is free stays where it is.
    """
    widths = letters * LABEL_LETTER
    columns, rows = np.linspace(MARGIN, 1 - MARGIN, GRID), np.arange(MARGIN, 1 - MARGIN, LABEL_LINE)
    spots = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    settled = places.copy()
    for at in range(1, len(places)):
        tried = np.vstack([places[at], spots])
        across = np.abs(tried[:, None, 0] - settled[None, :at, 0]) < (widths[at] + widths[:at]) / 2
        along = np.abs(tried[:, None, 1] - settled[None, :at, 1]) < LABEL_LINE
        free = tried[~(across & along).any(axis=1)]
        if len(free):
            settled[at] = free[np.argmin(((free - places[at]) ** 2).sum(axis=1))]
    return settled
