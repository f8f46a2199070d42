"""What is asked of topics, checked once at the door."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jichi.methods.texts.checking import check_ids
from jichi.methods.texts.errors import TextError
from jichi.methods.texts.normal import normalise

__all__ = ["Asked", "Mask", "check"]

_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """A stretch of a submission that must not be shown: ``text[start:end]`` of this id."""

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """Submissions and their distinct texts.

    Attributes
    ----------
    ids, sizes
        As given.
    texts
        Distinct texts with a visible character, sorted.
    opinion_of
        (n,) number of the text of each submission, -1 for none.
    speaker
        For each distinct text the smallest id that has it.
    denied
        Normal forms that no label may contain: what was denied, and what is masked anywhere.
    masked
        For each distinct text the stretches masked in any submission that has it.
    """

    ids: tuple[str, ...]
    sizes: npt.NDArray[np.int64]
    texts: tuple[str, ...]
    opinion_of: npt.NDArray[np.int64]
    speaker: tuple[str, ...]
    denied: tuple[str, ...]
    masked: Mapping[int, tuple[tuple[int, int], ...]]


def _sizes(sizes: Sequence[int] | npt.NDArray[np.integer] | None, count: int) -> npt.NDArray[np.int64]:
    if sizes is None:
        return np.ones(count, np.int64)
    given = np.asarray(sizes)
    if given.shape != (count,) or (count and given.dtype.kind not in "iu"):
        raise TextError("bad-sizes", f"one whole number of submissions for each of {count} texts is needed")
    bad = (np.flatnonzero(given < 1) + 1).tolist()
    if bad:
        told = ", ".join(map(str, bad[:_TOLD])) + (" and more" if len(bad) > _TOLD else "")
        raise TextError(
            "bad-sizes",
            f"sizes below 1 in rows {told}: a text stands for one submission or more",
            rows=bad,
        )
    return given.astype(np.int64)


def _is_visible(text: str) -> bool:
    """Whether there is anything to read: not white space, controls and marks without width alone."""
    return any(not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cf") for sign in text)


def check(
    ids: Sequence[str],
    texts: Sequence[str],
    sizes: Sequence[int] | npt.NDArray[np.integer] | None,
    denied: Sequence[str],
    masks: Sequence[Mask],
) -> Asked:
    """Checked submissions.

    Raises
    ------
    TextError
        As `jichi.methods.texts.checking.check_submissions` raises, ``bad-sizes``, ``bad-denied`` or
        ``bad-mask``; rows are gathered and counted from 1.
    """
    ids, texts = check_ids(ids, texts)
    visible = [_is_visible(text) for text in texts]
    distinct = sorted({text for text, seen in zip(texts, visible, strict=True) if seen})
    place = {text: at for at, text in enumerate(distinct)}
    opinion_of = np.fromiter((place.get(text, -1) for text in texts), np.int64, len(texts))
    speaker: list[str] = [""] * len(distinct)
    for id, opinion in sorted(zip(ids, opinion_of.tolist(), strict=True), reverse=True):
        if opinion >= 0:
            speaker[opinion] = id
    if isinstance(denied, str) or any(not isinstance(one, str) or not normalise(one) for one in denied):
        raise TextError("bad-denied", "denied words are a list of texts, none without letters or numbers")
    masked, hidden = _masked(ids, texts, opinion_of, masks)
    return Asked(
        ids=tuple(ids),
        sizes=_sizes(sizes, len(texts)),
        texts=tuple(distinct),
        opinion_of=opinion_of,
        speaker=tuple(speaker),
        denied=tuple(sorted({normalise(one) for one in denied} | hidden)),
        masked=masked,
    )


def _masked(
    ids: Sequence[str], texts: Sequence[str], opinion_of: npt.NDArray[np.int64], masks: Sequence[Mask]
) -> tuple[dict[int, tuple[tuple[int, int], ...]], set[str]]:
    """Stretches for each distinct text, and the normal forms of what they hide."""
    rows = {id: row for row, id in enumerate(ids)}
    found: dict[int, set[tuple[int, int]]] = {}
    hidden: set[str] = set()
    wrong: list[str] = []
    for mask in masks:
        row = rows.get(mask.id)
        if row is None or not 0 <= mask.start < mask.end <= len(texts[row]):
            wrong.append(f"{mask.id!r} {mask.start}:{mask.end}")
            continue
        found.setdefault(int(opinion_of[row]), set()).add((mask.start, mask.end))
        # A name hidden in one opinion is not shown from another. One sign alone would deny half the words.
        normal = normalise(texts[row][mask.start : mask.end])
        if len(normal) > 1:
            hidden.add(normal)
    if wrong:
        told = ", ".join(wrong[:_TOLD])
        raise TextError(
            "bad-mask",
            f"masks of unknown ids, or outside their text: {told}; offsets count characters",
            masks=wrong,
        )
    return {opinion: tuple(sorted(spans)) for opinion, spans in sorted(found.items())}, hidden
