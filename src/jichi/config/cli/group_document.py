"""Sets, topics and their proof as one JSON document of the published form jichi-group-1, and as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .grouping import Found

if TYPE_CHECKING:
    from jichi.methods.campaigns.sets import Link, OpinionSet
    from jichi.methods.topics.values import Topic, Topics

ROWS = ("id", "set", "set_key", "set_size", "link", "linked_to", "similarity", "topic", "topic_key")


def document(found: Found, made_from: Mapping[str, Any], most_links: int) -> dict[str, Any]:
    """Everything that was found."""
    grouping, topics = found.grouping, found.topics
    links = evidence(found, most_links, found.sets)
    leaves = _leaf_of_set(found)
    return {
        "format": "jichi-group/1",
        "made_from": {**made_from, "rule": grouping.fingerprint},
        "submissions": grouping.submissions,
        "opinions": grouping.opinions,
        "texts": sum(each.texts for each in found.sets),
        "links": kinds_of_links(found),
        "empty": len(found.empty),
        "mojibake": len(found.mojibake),
        "sets": [
            _set(found, each, links.get(each.number, []), leaves.get(each.number)) for each in found.sets
        ],
        "topics": None if topics is None else _topics(found, topics),
        "proof": _proof(found),
    }


def kinds_of_links(found: Found) -> dict[str, int]:
    """How many submissions are in their set for which reason, the strictest that holds for each.

    Of the submissions of one text all but one are copies; of its different texts that are one normal form all
    but one are the same but for width and punctuation; and of a set's forms all but the central one are near
    it or paraphrases.
    """
    sets = found.sets
    texts, forms = sum(each.texts for each in sets), sum(each.forms for each in sets)
    loose = forms - len(sets)
    others = 0
    if any(each.kind == "paraphrase" for each in sets):
        others = sum(link.kind == "paraphrase" for link in found.grouping.links)
    return {
        "identical": found.grouping.submissions - texts,
        "normalised": texts - forms,
        "near": loose - others,
        "paraphrase": others,
    }


def evidence(found: Found, most: int, sets: Iterable[OpinionSet]) -> dict[int, list[Link]]:
    """For each of the sets its links other than identical copies, the loosest first, at most so many."""
    grouping = found.grouping
    rank = {"paraphrase": 0, "near": 1, "normalised": 2}
    held: dict[int, list[Link]] = {}
    for each in sets if most else ():
        if each.texts > 1:
            linked = (grouping.link_of(one) for one in grouping.members(each.number))
            links = [link for link in linked if link is not None and link.kind != "identical"]
            links.sort(key=lambda link: (rank[str(link.kind)], link.similarity, link.left))
            held[each.number] = links[:most]
    return held


def spans(found: Found, link: Link) -> list[dict[str, Any]]:
    """What two submissions share word for word, as it may be shown, the longest first."""
    shared = sorted(
        found.grouping.evidence(link), key=lambda one: (one.left.start - one.left.end, one.left.start)
    )
    return [
        {
            "left": [one.left.start, one.left.end],
            "right": [one.right.start, one.right.end],
            "text": found.shown.stretch(link.left, one.left),
        }
        for one in shared
    ]


def _set(found: Found, each: OpinionSet, links: list[Link], leaf: Topic | None) -> dict[str, Any]:
    grouping = found.grouping
    return {
        "number": each.number + 1,
        "key": each.key,
        "size": each.size,
        "texts": each.texts,
        "forms": each.forms,
        "kind": str(each.kind),
        "representative": each.representative,
        "text": None if each.representative is None else found.shown.text(each.representative),
        "topic": None if leaf is None else leaf.key,
        "members": list(grouping.members(each.number)),
        "links": [
            {
                "member": link.left,
                "against": link.right,
                "kind": str(link.kind),
                "similarity": link.similarity,
                "containment": link.containment,
                "spans": spans(found, link),
            }
            for link in links
        ],
    }


def _leaf_of_set(found: Found) -> dict[int, Topic]:
    topics = found.topics
    if topics is None:
        return {}
    return {
        found.grouping.set_of_id(one): topics.topics[place]
        for one, place in zip(topics.ids, topics.topic_of.tolist(), strict=True)
    }


def _topics(found: Found, topics: Topics) -> dict[str, Any]:
    from jichi.methods.topics.decisions import to_plain  # deferred: start-up

    return {
        "method": topics.method,
        "count_rule": topics.count_rule,
        "leaves": len(topics.leaves),
        "tree": [_topic(found, each) for each in topics.topics],
        "decisions": [
            {
                "decision": to_plain(each.decision),
                "holds": each.holds,
                "outcome": each.outcome.value,
                "missing": list(each.missing),
            }
            for each in topics.applied
        ],
    }


def _topic(found: Found, topic: Topic) -> dict[str, Any]:
    label = topic.label
    return {
        "key": topic.key,
        "parent": topic.parent,
        "children": list(topic.children),
        "kind": topic.kind.value,
        "name": topic.name,
        "title": topic.title,
        "label": None
        if label is None
        else {"id": label.id, "start": label.start, "end": label.end, "text": label.text},
        "label_note": None if topic.label_note is None else topic.label_note.value,
        "submissions": topic.submissions,
        "opinions": topic.opinions,
        "is_minority": topic.is_minority,
        "representatives": [{"id": one, "text": found.shown.text(one)} for one in topic.representatives],
        "outliers": list(topic.outliers),
        "backing": list(topic.dissent.backing),
        "opposing": list(topic.dissent.opposing),
        "cohesion": topic.cohesion,
        "anchors": list(topic.anchors),
    }


def _proof(found: Found) -> dict[str, Any]:
    proof = found.proof

    def plain(name: str, of: str | None, stated: int, counted: int) -> dict[str, Any]:
        return {"name": name, "of": of, "stated": stated, "counted": counted}

    return {
        "holds": proof.holds,
        "equations": len(proof.equations),
        "of_the_whole": [
            plain(one.name, one.of, one.stated, one.counted) for one in proof.equations if one.of is None
        ],
        "broken": [plain(one.name, one.of, one.stated, one.counted) for one in proof.broken],
        "problems": [{"kind": one.kind, "id": one.id, "other": one.other} for one in proof.problems],
    }


def rows(found: Found) -> Iterator[tuple[object, ...]]:
    """One row for each submission, in the order of the file; the head is ``ROWS``."""
    grouping = found.grouping
    leaves = _leaf_of_set(found)
    for one, number in zip(grouping.ids, grouping.set_of.tolist(), strict=True):
        link, leaf, each = grouping.link_of(one), leaves.get(number), found.sets[number]
        yield (
            one,
            number + 1,
            each.key,
            each.size,
            "" if link is None else str(link.kind),
            "" if link is None else link.right,
            "" if link is None else round(link.similarity, 4),
            "" if leaf is None else leaf.name,
            "" if leaf is None else leaf.key,
        )
