"""The neighbourhood map: nearest first, inside the picture, the same for the same seed."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from encyclopedia.core.graph import LABEL_LINE, Edge, Node, centrality, layout

EDGES = st.lists(st.builds(Edge, st.integers(0, 12), st.integers(0, 12), st.just("see_also")), max_size=30)
NODES = [Node(number, f"Entry {number}", "tool") for number in range(13)]


@given(EDGES)
def test_pagerank_agrees_with_networkx(edges: list[Edge]) -> None:
    graph = nx.DiGraph([(edge.source, edge.target) for edge in edges if edge.source != edge.target])
    reference = nx.pagerank(graph, alpha=0.85, tol=1e-10, max_iter=500)
    found = centrality(edges)
    assert found.keys() == reference.keys()
    assert all(abs(found[id_] - reference[id_]) < 1e-6 for id_ in found)


@given(EDGES)
def test_all_places_are_inside_and_the_centre_in_the_middle(edges: list[Edge]) -> None:
    found = layout(NODES, edges, 3, np.random.default_rng(1))
    assert (found.nodes[0].node.id, found.nodes[0].x, found.nodes[0].y) == (3, 0.5, 0.5)
    assert all(0 <= placed.x <= 1 and 0 <= placed.y <= 1 for placed in found.nodes)
    shown = {placed.node.id for placed in found.nodes}
    assert all({edge.source, edge.target} <= shown for edge in found.edges)


def test_the_same_seed_gives_the_same_map() -> None:
    edges = [Edge(0, number, "see_also") for number in range(1, 13)] + [Edge(4, 7, "applies")]
    one, other = (layout(NODES, edges, 0, np.random.default_rng(5)) for _ in range(2))
    assert one == other


def test_nearest_and_most_central_come_first_and_the_rest_is_counted() -> None:
    edges = [
        Edge(0, 1, "a"),
        Edge(0, 2, "a"),
        Edge(0, 3, "a"),
        Edge(4, 2, "a"),
        Edge(5, 2, "a"),
        Edge(8, 9, "a"),
    ]
    found = layout(NODES, edges, 0, np.random.default_rng(1), most=2)
    assert [placed.node.id for placed in found.nodes] == [0, 2]
    assert found.left_out == 4  # 1, 3, 4 and 5; 8 and 9 are not reachable
    assert [placed.distance for placed in found.nodes] == [0, 1]


def test_labels_of_thirty_entries_do_not_overlap() -> None:
    rng = np.random.default_rng(2)
    nodes = [Node(number, "A title of some length", "tool") for number in range(30)]
    edges = [Edge(int(rng.integers(0, number)), number, "see_also") for number in range(1, 30)]
    found = layout(nodes, edges, 0, np.random.default_rng(1))
    width = len(nodes[0].title) * 0.011
    boxes = [(placed.x, placed.y) for placed in found.nodes]
    overlapping = [
        (i, j) for i in range(30) for j in range(i)
        if abs(boxes[i][0] - boxes[j][0]) < width and abs(boxes[i][1] - boxes[j][1]) < LABEL_LINE
    ]  # fmt: skip
    assert overlapping == []


def test_a_centre_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="not among the nodes"):
        layout(NODES, [], 99, np.random.default_rng(1))
