"""The written paraphrase campaigns, read from ``paraphrase_corpus.json``, with the truth about every pair.

The sentences were written for this project. A campaign is one opinion; *retold* texts follow one source
text as a machine does that is asked to say it in other words, *free* ones put the same opinion in a way of
their own. Round each campaign stand look-alikes: *mirrors* and *opposites* say the contrary in like words,
*reasons* are the same side for another reason, *demands* ask for something else on the subject. Half of the
campaigns, with what belongs to them, are for tuning, the other half for reporting. Two small parts stand
apart, by another hand: *second* prompted changes after it was first measured; *blind* prompted none
and is never used for tuning.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

PATH = Path(__file__).with_suffix(".json")
TUNING, HELD_OUT = "tuning", "heldout"
RETOLD, FREE = "retold", "free"
SECOND, BLIND = "second", "blind"
_CONTRARY = ("mirrors", "opposites")
_OTHERS = ("reasons", "demands")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Collection:
    """Texts and what is true of them.

    ``opinion`` gives texts of one opinion one name. ``judged`` tells which texts are paraphrases whose
    pairs must be found; pairs of two contrary texts of one campaign are not judged at all. ``facing`` names
    the campaign whose contrary a text says.
    """

    texts: tuple[str, ...]
    opinion: npt.NDArray[np.str_]
    judged: npt.NDArray[np.bool_]
    facing: npt.NDArray[np.str_]

    def scores(self, sets: npt.ArrayLike) -> Scores:
        """What became of the pairs when the texts were put into sets."""
        found = np.asarray(sets)
        left, right = np.triu_indices(len(self.texts), 1)
        together = found[left] == found[right]
        return Scores(
            recall=_share(together, self.true(left, right)),
            false=_share(together, self.wrong(left, right)),
            contrary=_share(together, self.contrary(left, right)),
        )

    def true(self, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Pairs that say the same."""
        return (self.opinion[left] == self.opinion[right]) & self.judged[left]

    def wrong(self, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Pairs that do not, the contrary among them."""
        return self.opinion[left] != self.opinion[right]

    def contrary(self, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Pairs of an opinion and its contrary."""
        return (self.facing[left] == self.opinion[right]) | (self.opinion[left] == self.facing[right])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Shares of pairs: of those that say the same, of those that do not, of an opinion and its contrary."""

    recall: float
    false: float
    contrary: float


def _share(found: npt.NDArray[np.bool_], of: npt.NDArray[np.bool_]) -> float:
    return float(found[of].mean()) if of.any() else 0.0


@cache
def corpus() -> dict[str, Any]:
    """The file as it is."""
    return dict(json.loads(PATH.read_text(encoding="utf-8")))


def _rows(campaign: dict[str, Any], manners: Sequence[str]) -> Iterator[tuple[str, str, bool, str]]:
    key = campaign["key"]
    for manner in manners:
        yield from ((text, key, True, "") for text in campaign[manner])
    for kind in _CONTRARY:
        yield from ((text, f"contrary of {key}", False, key) for text in campaign[kind])
    for kind in _OTHERS:
        yield from (
            (text, f"{kind} {number} of {key}", False, "") for number, text in enumerate(campaign[kind])
        )


def collection(half: str, *manners: str) -> Collection:
    """The campaigns of one half in these manners, their look-alikes, and half of the unrelated opinions."""
    wanted = manners or (RETOLD,)
    rows = [
        row
        for campaign in corpus()["campaigns"]
        if campaign["half"] == half
        for row in _rows(campaign, wanted)
    ]
    for language, unrelated in corpus()["unrelated"].items():
        first = 0 if half == TUNING else 1
        rows += [
            (text, f"unrelated {language} {number}", False, "")
            for number, text in enumerate(unrelated)
            if number % 2 == first
        ]
    return _collected(rows)


def apart(part: str) -> Collection:
    """The campaigns by another hand, ``SECOND`` or ``BLIND``, and the opinions round them."""
    chosen = corpus()["apart"][part]
    rows = [(text, key, True, "") for key, texts in chosen["campaigns"].items() for text in texts]
    rows += [(text, f"other {number}", False, "") for number, text in enumerate(chosen["others"])]
    return _collected(rows)


def among(collected: Collection, strangers: Sequence[str]) -> Collection:
    """The same among further opinions, each of which is its own."""
    rows = list(
        zip(collected.texts, collected.opinion, collected.judged.tolist(), collected.facing, strict=True)
    )
    rows += [(text, f"stranger {number}", False, "") for number, text in enumerate(strangers)]
    return _collected([(text, str(opinion), judged, str(facing)) for text, opinion, judged, facing in rows])


def planted(*, language: str = "ja") -> list[tuple[str, int]]:
    """All retold campaigns of a language with a number each, to be planted in a flood."""
    campaigns = [campaign for campaign in corpus()["campaigns"] if campaign["language"] == language]
    return [(text, number) for number, campaign in enumerate(campaigns) for text in campaign[RETOLD]]


def _collected(rows: Sequence[tuple[str, str, bool, str]]) -> Collection:
    once = {row[0]: row for row in rows}.values()
    texts, opinion, judged, facing = zip(*once, strict=True)
    return Collection(
        texts=texts, opinion=np.array(opinion), judged=np.array(judged), facing=np.array(facing)
    )
