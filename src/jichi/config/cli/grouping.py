"""What ``jichi group`` finds, and what of it may be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .console import Failure
from .opinion_files import Opinions, read_decisions, read_masks, read_phrases, refusal

if TYPE_CHECKING:
    from jichi.methods.campaigns.grouping import Paraphraser
    from jichi.methods.campaigns.sets import Grouping, OpinionSet
    from jichi.methods.texts.embedding import Embedder
    from jichi.methods.texts.spans import Span
    from jichi.methods.topics.checking import Mask
    from jichi.methods.topics.decisions import Decision
    from jichi.methods.topics.values import Topics
    from jichi.methods.trace import Proof

HIDDEN = "■"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was asked for beside sets."""

    by_words: bool = False
    semantic: bool = False
    topics: int | None = None
    """Number of topics, 0 for a number that suits; None for none at all."""
    decisions: Path | None = None
    deny: Path | None = None
    masks: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Sets, topics over their representatives, and the proof that nothing was lost."""

    opinions: Opinions
    grouping: Grouping
    sets: Sequence[OpinionSet]
    topics: Topics | None
    proof: Proof
    shown: Shown
    empty: Sequence[int]
    mojibake: Sequence[int]


class Shown:
    """Texts with everything masked replaced, and what is masked in one opinion replaced in all."""

    def __init__(self, grouping: Grouping, masks: Sequence[Mask]) -> None:
        self._grouping = grouping
        self._spans: dict[str, list[tuple[int, int]]] = {}
        hidden: set[str] = set()
        for mask in masks:
            self._spans.setdefault(mask.id, []).append((mask.start, mask.end))
            hidden.add((grouping.text(mask.id) or "")[mask.start : mask.end].strip())
        # One sign alone stands in half of all words.
        self._words = sorted((word for word in hidden if len(word) > 1), key=lambda word: (-len(word), word))

    def text(self, submission: str) -> str | None:
        """The text of a submission as it may be shown, at its own offsets."""
        text = self._grouping.text(submission)
        if text is None or not self._spans:
            return text
        for start, end in self._spans.get(submission, ()):
            text = text[:start] + HIDDEN * (end - start) + text[end:]
        for word in self._words:
            text = text.replace(word, HIDDEN * len(word))
        return text

    def stretch(self, submission: str, span: Span) -> str:
        """A stretch of a text as it may be shown."""
        return (self.text(submission) or "")[span.start : span.end]


def find(opinions: Opinions, wishes: Wishes) -> Found:
    """Sets, and topics where they are wished for.

    Raises:
        Failure: with everything that is wrong in the files.
    """
    from jichi.methods.campaigns.grouping import group  # deferred: start-up
    from jichi.methods.texts.checking import check_submissions  # deferred: start-up
    from jichi.methods.texts.errors import TextError  # deferred: start-up
    from jichi.methods.trace import trace  # deferred: start-up

    try:
        checked = check_submissions(opinions.ids, opinions.texts)
    except TextError as problem:
        raise refusal(problem, opinions) from problem
    try:
        embedder = _embedder() if wishes.semantic else None
        paraphrases = _paraphraser(embedder) if wishes.semantic or wishes.by_words else None
        grouping = group(opinions.ids, opinions.texts, paraphrases=paraphrases)
        lengths = {one: len(text) for one, text in zip(opinions.ids, opinions.texts, strict=True)}
        masks = () if wishes.masks is None else read_masks(wishes.masks, lengths)
        topics = None if wishes.topics is None else _topics(grouping, wishes, masks, embedder)
        proof = trace(grouping, topics).prove()
    except TextError as problem:
        raise Failure(f"{problem}.") from problem
    return Found(
        opinions=opinions,
        grouping=grouping,
        sets=grouping.sets[:],
        topics=topics,
        proof=proof,
        shown=Shown(grouping, masks),
        empty=[opinions.lines[int(row)] for row in checked.empty.nonzero()[0]],
        mojibake=[opinions.lines[int(row)] for row in checked.mojibake.nonzero()[0]],
    )


def _embedder() -> Embedder:
    from jichi.methods.texts.embedding import offline_embedder  # deferred: optional

    return offline_embedder()


def _paraphraser(embedder: Embedder | None) -> Paraphraser:
    from jichi.methods.campaigns.paraphrases import paraphraser  # deferred: start-up

    return paraphraser(embedder)


def _topics(grouping: Grouping, wishes: Wishes, masks: Sequence[Mask], embedder: Embedder | None) -> Topics:
    """Topics of one opinion for each set, which stands for all submissions of its set."""
    from jichi.methods.topics.finding import find_topics  # deferred: start-up

    standing = [each for each in grouping.sets if each.representative is not None]
    ids = [str(each.representative) for each in standing]
    of_set = {each.number: str(each.representative) for each in standing}
    rows = {one: number for one, number in zip(grouping.ids, grouping.set_of.tolist(), strict=True)}
    denied = () if wishes.deny is None else read_phrases(wishes.deny)
    kept, more = _placed(grouping, masks, {one: of_set[number] for one, number in rows.items()})
    decisions: tuple[Decision, ...] = ()
    if wishes.decisions is not None:
        decisions = read_decisions(wishes.decisions, lambda one: of_set[rows[one]] if one in rows else one)
    return find_topics(
        ids,
        [grouping.text(one) or "" for one in ids],
        sizes=[each.size for each in standing],
        embedder=embedder,
        count=wishes.topics or None,
        denied=[*denied, *more],
        masks=kept,
        decisions=decisions,
    )


def _placed(
    grouping: Grouping, masks: Sequence[Mask], stands_for: Mapping[str, str]
) -> tuple[list[Mask], list[str]]:
    """Masks of representatives, and words masked elsewhere, which no label may hold either."""
    from jichi.methods.texts.normal import normalise  # deferred: start-up

    kept, words = [], []
    for mask in masks:
        if stands_for[mask.id] == mask.id:
            kept.append(mask)
        else:
            word = (grouping.text(mask.id) or "")[mask.start : mask.end]
            words += [word] if len(normalise(word)) > 1 else []
    return kept, words
