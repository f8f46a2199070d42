"""Trees of arguments: each submission once in every branch, and rectangles that fit into their parents."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.arguments import Argument, ArgumentError, Node, Topic, layout, tree_of

ARGUMENTS = (
    Argument("too hard", ["a", "b", "c"]),
    Argument("unclear", ["c", "d"]),
    Argument("in favour", ["a", "e"], size=5),
    Argument("other", ["f", "f"]),
)
TOPICS = (
    Topic(
        "penalties",
        "罰則",
        (),
        (Topic("amount", "額", ("too hard",)), Topic("definition", "定義", ("unclear",))),
    ),
    Topic("whole", "全体", ("in favour", "too hard")),
)


def test_a_submission_in_two_branches_is_counted_once_above_them():
    root = tree_of("見本条例", TOPICS, ARGUMENTS)
    penalties, whole = root.children
    assert (penalties.submissions, penalties.arguments) == (4, 2)
    assert [child.submissions for child in penalties.children] == [3, 2]
    # a, b, c and e are known; three more of those in favour are counted, not known.
    assert (whole.submissions, whole.arguments) == (7, 2)
    assert (root.submissions, root.arguments) == (9, 4)
    assert root.own == ("other",) and whole.own == ("in favour", "too hard")


def test_without_topics_all_belongs_to_the_root():
    root = tree_of("x", (), ARGUMENTS)
    assert root.own == tuple(one.key for one in ARGUMENTS) and root.submissions == 9
    assert tree_of("x", (), ()) == Node("", "x", 0, 0, (), ())
    assert [cell.width for cell in layout(tree_of("x", (Topic("t", "t"),), ()))] == [1000.0, 0.0]


MEMBERS = st.dictionaries(st.sampled_from("stuvwxyz"), st.lists(st.integers(0, 20), max_size=6), max_size=8)


@st.composite
def trees(draw):
    members = draw(MEMBERS)
    keys = st.lists(st.sampled_from(sorted(members)), max_size=4).map(tuple) if members else st.just(())
    count = iter(range(1_000))

    def topic(depth: int) -> Topic:
        children = [topic(depth + 1) for _ in range(draw(st.integers(0, 2)))] if depth < 3 else []
        return Topic(f"t{next(count)}", "", draw(keys), tuple(children))

    return [topic(1) for _ in range(draw(st.integers(0, 3)))], members


@settings(max_examples=40, deadline=None)
@given(trees(), st.sampled_from(["submissions", "arguments"]))
def test_counts_and_rectangles(drawn, by):
    topics, members = drawn
    root = tree_of("all", topics, [Argument(key, held) for key, held in members.items()])
    assert root.submissions == len({one for held in members.values() for one in held})
    assert root.arguments == len(members)

    def said(topic: Topic) -> set[str]:
        return set(topic.arguments).union(*(said(child) for child in topic.children))

    def check(node: Node, topic: Topic) -> None:
        held = said(topic)
        assert node.arguments == len(held)
        assert node.submissions == len({one for key in held for one in members[key]})
        for child, below in zip(node.children, topic.children, strict=True):
            check(child, below)

    for node, topic in zip(root.children, topics, strict=True):
        check(node, topic)
    cells = layout(root, width=500.0, row=10.0, by=by)
    at = iter(cells)

    def inside(node: Node) -> float:
        cell = next(at)
        assert (cell.key, cell.submissions, cell.arguments) == (node.key, node.submissions, node.arguments)
        assert cell.y == cell.depth * 10.0
        widths = [inside(child) for child in node.children]
        assert sum(widths) <= cell.width + 1e-6
        return cell.width

    assert inside(root) == 500.0 and next(at, None) is None
    for depth in {cell.depth for cell in cells}:
        for left, right in pairwise([cell for cell in cells if cell.depth == depth]):
            assert left.x + left.width <= right.x + 1e-6


def test_what_makes_no_tree_is_refused():
    deep = Topic("0", "")
    for depth in range(1, 60):
        deep = Topic(str(depth), "", (), (deep,))
    cases = (
        ("unknown-argument", [Topic("t", "", ("nobody",))], []),
        ("keys-not-unique", [Topic("t", ""), Topic("t", "")], []),
        ("keys-not-unique", [Topic("", "")], []),
        ("keys-not-unique", [], [Argument("a", []), Argument("a", [])]),
        ("bad-size", [], [Argument("a", [1, 2], size=1)]),
        ("too-deep", [deep], []),
    )
    for code, topics, arguments in cases:
        with pytest.raises(ArgumentError) as caught:
            tree_of("x", topics, arguments)
        assert caught.value.code == code


def test_a_flood_is_counted():
    many = [Argument(str(at), range(at * 1_000, at * 1_000 + 2_000)) for at in range(100)]
    topics = [Topic(f"t{at}", "", tuple(str(one) for one in range(at, 100, 10))) for at in range(10)]
    root = tree_of("x", topics, many)
    assert root.submissions == 101_000 and root.own == ()
