"""Sets and topics in sentences and lines, for somebody at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .group_document import evidence, kinds_of_links, spans
from .grouping import Found
from .map_report import shortened

if TYPE_CHECKING:
    from jichi.methods.campaigns.sets import Link, OpinionSet
    from jichi.methods.topics.values import Topic, Topics

_SPAN = 40
_LINKS = {
    "identical": "the same, byte for byte",
    "normalised": "the same but for width, case, spaces and punctuation",
    "near": "nearly the same",
    "paraphrase": "the same in other words",
}


def report(found: Found, most_sets: int, most_links: int) -> Iterator[str]:
    """All lines."""
    grouping = found.grouping
    yield f"{grouping.submissions:,} submissions hold {grouping.opinions:,} distinct opinions"
    for kind, count in kinds_of_links(found).items():
        if count:
            yield f"  {count:>9,} {_LINKS[kind]}"
    if found.empty:
        yield f"  {len(found.empty):>9,} without anything written; together they are one opinion"
    yield from _sets(found, most_sets, most_links)
    if found.topics is not None:
        yield from _topics(found, found.topics)
    yield from _proof(found)


def _sets(found: Found, most: int, most_links: int) -> Iterator[str]:
    several = [each for each in found.sets[:most] if each.size > 1]
    if not several:
        return
    links = evidence(found, most_links, several)
    yield ""
    yield "Sets by size: submissions (different texts), and the opinion that stands for them"
    for each in several:
        yield _set(found, each)
        for link in links.get(each.number, ()):
            yield _link(found, link)
    whole = int((found.grouping.sizes > 1).sum())
    if whole > len(several):
        yield f"  and {whole - len(several):,} more sets of two or more; see --show, --json, --output"


def _set(found: Found, each: OpinionSet) -> str:
    text = None if each.representative is None else found.shown.text(each.representative)
    words = "(destroyed)" if text is None else shortened(text) or "(nothing is written)"
    return f"  {each.size:>7,} ({each.texts:,})  [{each.representative}] {words}"


def _link(found: Found, link: Link) -> str:
    shared = spans(found, link)
    quoted = ", ".join(f"「{shortened(one['text'], _SPAN)}」" for one in shared[:2])
    if not quoted:
        words = "no words in common" if link.kind == "paraphrase" else "too short to quote"
    else:
        words = f"shares {quoted}" + (f" and {len(shared) - 2} more" if len(shared) > 2 else "")
    return f"             {link.kind} {link.similarity:.2f}  [{link.left}] {words}"


def _topics(found: Found, topics: Topics) -> Iterator[str]:
    yield ""
    leaves = sum(each.kind != "empty" for each in topics.leaves)
    yield (
        f"{leaves:,} topics ({topics.count_rule}; by {topics.method}): submissions (opinions), and a"
        " phrase of one of them"
    )
    for top in topics.tree:
        yield from _branch(found, topics, top, 0)
    for one in topics.applied:
        if not one.holds:
            yield f"  not applied: {type(one.decision).__name__.lower()} - {one.outcome.value}"


def _branch(found: Found, topics: Topics, topic: Topic, depth: int) -> Iterator[str]:
    marks = []
    if topic.is_minority and not topic.children:
        marks.append("few voices")
    if topic.dissent.is_divided and not topic.children:
        marks.append(f"{len(topic.dissent.backing)} for, {len(topic.dissent.opposing)} against")
    if topic.outliers:
        marks.append(f"{len(topic.outliers)} unlike the rest")
    tail = f"  ({'; '.join(marks)})" if marks else ""
    name = topic.name or (
        "(nothing is written)" if topic.kind == "empty" else f"(no label: {topic.label_note})"
    )
    source = f" [{topic.label.id}]" if topic.label is not None and topic.title is None else ""
    indent = "  " * depth
    yield f"  {indent}{topic.submissions:>7,} ({topic.opinions:,})  {name}{source}{tail}"
    if not topic.children:
        for one in topic.representatives[:2]:
            yield f"  {indent}            - [{one}] {shortened(found.shown.text(one) or '')}"
    for child in topics.children(topic.key):
        yield from _branch(found, topics, child, depth + 1)


def _proof(found: Found) -> Iterator[str]:
    proof, grouping = found.proof, found.grouping
    yield ""
    if proof.holds:
        ends = "" if found.topics is None else " and of the topics"
        yield (
            f"Nothing is lost or counted twice: {grouping.submissions:,} submissions are the sum of"
            f" {grouping.opinions:,} sets{ends}; {len(proof.equations):,} sums were counted again"
        )
        return
    yield "The counts do not add up:"
    for one in proof.broken[:20]:
        yield f"  - {one.name} {one.of or ''}: {one.stated:,} are stated and {one.counted:,} counted"
    for problem in proof.problems[:20]:
        yield f"  - {problem.kind}: {problem.id} {problem.other}"
