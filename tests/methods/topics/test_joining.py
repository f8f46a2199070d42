"""The binary tree: against a slow second implementation and the library's own average link."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform

from jichi.methods.topics.joining import compare, join, smoothed
from jichi.methods.topics.shaping import MOST_CHILDREN, default_count, grow
from jichi.methods.topics.views import view
from tests.methods.topics.opinions import Hashed, all_texts


def alike(count, seed):
    points = np.random.default_rng(seed).standard_normal((count, 4))
    points /= np.sqrt((points**2).sum(axis=1, keepdims=True))
    matrix = (points @ points.T).astype(np.float32)
    matrix = (matrix + matrix.T) / 2
    np.fill_diagonal(matrix, 1)
    return matrix


@given(st.integers(2, 40), st.integers(0, 1000))
@settings(max_examples=30)
def test_heights_are_those_of_average_link(count, seed):
    matrix = alike(count, seed)
    distance = np.maximum(1 - matrix.astype(np.float64), 0)
    np.fill_diagonal(distance, 0)
    peer = linkage(squareform(distance, checks=False), "average")
    ours = join(matrix.copy())
    np.testing.assert_allclose(1 - ours.height, peer[:, 2], atol=2e-6)
    assert (np.diff(ours.height) <= 0).all()


def slow_cut(matrix, count):
    """Average link by its definition: again and again the two groups with the greatest mean resemblance."""
    groups = [[at] for at in range(len(matrix))]
    while len(groups) > count:
        pairs = [
            (matrix[np.ix_(one, other)].astype(np.float64).mean(), -left, -right)
            for left, one in enumerate(groups)
            for right, other in enumerate(groups)
            if left < right
        ]
        _, left, right = max(pairs)
        groups[-left] = groups[-left] + groups.pop(-right)
    return {frozenset(group) for group in groups}


@given(st.integers(2, 14), st.integers(0, 1000), st.data())
@settings(max_examples=30)
def test_cuts_are_those_of_the_definition(count, seed, data):
    matrix = alike(count, seed)
    into = data.draw(st.integers(1, count))
    label = join(matrix.copy()).cut(into)
    assert {frozenset(np.flatnonzero(label == one).tolist()) for one in np.unique(label)} == slow_cut(
        matrix, into
    )


@pytest.mark.parametrize("level", [0.0, 1.0, 0.3])
def test_ties_are_settled(level):
    matrix = np.full((9, 9), level, np.float32)
    first, second = join(matrix.copy()), join(matrix.copy())
    assert first.pairs.tolist() == second.pairs.tolist()
    for count in range(1, 10):
        assert len(np.unique(first.cut(count))) == count


def test_smoothing_against_its_formula():
    views = view(sorted(all_texts()), (Hashed(),))
    raw = views.block(slice(None), slice(None)).astype(np.float64)
    others = raw - 10 * np.eye(len(raw))
    graph = np.zeros_like(raw)
    for row, values in enumerate(others):
        for column in sorted(range(len(raw)), key=lambda at: (-values[at], at))[:5]:
            graph[row, column] = max(values[column], 0)
    graph = np.maximum(graph, graph.T)
    spread = np.eye(len(raw)) + graph / np.maximum(graph.sum(axis=1, keepdims=True), 1e-12)
    expected = spread @ raw @ spread.T
    lengths = np.sqrt(np.diag(expected))
    np.testing.assert_allclose(smoothed(views), expected / lengths / lengths[:, None], atol=2e-6)


def test_resemblance_against_its_formula():
    texts = sorted(all_texts())
    embedder = Hashed()
    views = view(texts, (embedder,))
    words = views.vectors.matrix.toarray()
    words -= words.mean(axis=0)
    words /= np.sqrt((words**2).sum(axis=1, keepdims=True))
    meaning = views.meaning / 4000.0
    assert np.allclose((meaning**2).sum(axis=1), 1, atol=2e-2)
    expected = (words @ words.T + 1.25 * meaning @ meaning.T) / 2.25
    found = views.block(slice(None), slice(None))
    np.testing.assert_allclose(found, expected, atol=1e-6)
    group = np.arange(len(texts)) % 3
    sums = np.stack([expected[:, group == one].sum(axis=1) for one in range(3)], axis=1)
    np.testing.assert_allclose(views.to_groups(group, 3), sums, atol=1e-6)
    np.testing.assert_allclose(views.own(), np.diag(expected), atol=1e-6)


def test_the_product_of_meanings_is_exact():
    views = view(sorted(all_texts()), (Hashed(200),))
    whole = views.meaning.astype(np.int64)
    assert (views.meaning == whole).all()
    assert np.abs(whole @ whole.T).max() < 2**24
    assert (views.meaning @ views.meaning.T == whole @ whole.T).all()


def test_compare_follows_the_rows_and_not_their_order_or_number():
    texts = all_texts()
    order = np.random.default_rng(5).permutation(len(texts))
    here = compare(texts, embedder=Hashed())
    there = compare([texts[at] for at in order] + texts[:3], embedder=Hashed())
    assert (here[np.ix_(order, order)] == there[: len(texts), : len(texts)]).all()
    assert (here == here.T).all()


@given(st.integers(1, 300), st.integers(0, 50), st.data())
@settings(max_examples=30)
def test_no_topic_has_more_than_twelve_children(opinions, seed, data):
    joins = join(alike(opinions, seed))
    count = data.draw(st.integers(1, opinions))
    shape = grow(joins, np.arange(opinions), count)
    below = shape.children()
    assert max(len(children) for children in below.values()) <= MOST_CHILDREN
    assert all(len(children) > 1 for node, children in below.items() if node is not None)
    label = joins.cut(count)
    assert len(np.unique(shape.leaf)) == count
    assert len(set(zip(label.tolist(), shape.leaf.tolist(), strict=True))) == count


def test_the_default_number_of_topics():
    assert [default_count(opinions) for opinions in (0, 1, 2, 100, 8_277, 10_000)] == [1, 1, 1, 10, 91, 100]
