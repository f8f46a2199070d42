"""Labels of topics: verbatim phrases of their opinions that tell them from the others.

References
----------
Monroe, B. L., Colaresi, M. P. and Quinn, K. M. (2008). Fightin' words: lexical feature selection and
evaluation for identifying the content of political conflict. Political Analysis 16, 372-403 (log-odds with a
Dirichlet prior, equations 15, 19 and 22).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from jichi.methods.texts.normal import normalise
from jichi.methods.texts.vectors import Vectors
from jichi.methods.topics.phrases import LONGEST, SHORTEST, Phrase, phrases
from jichi.methods.topics.values import NoLabel

__all__ = ["Allowed", "Chosen", "Labeller", "distinctiveness"]

# Opinions of a topic that are searched: those nearest its middle.
_SEARCHED = 24
# Weight of the prior: as if each topic had held this many more words, spread as in all opinions.
_PRIOR = 500.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What labels may show.

    Attributes
    ----------
    denied
        Normal forms that no label may contain.
    masked
        For each distinct opinion the stretches that must not be shown, as pairs of offsets.
    """

    denied: tuple[str, ...]
    masked: Mapping[int, Sequence[tuple[int, int]]]

    def allows(self, opinion: int, start: int, end: int, normal: str) -> bool:
        """Whether a stretch of an opinion may be shown."""
        if any(start < stop and begin < end for begin, stop in self.masked.get(opinion, ())):
            return False
        return not any(word in normal for word in self.denied)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A label as a stretch of a distinct opinion, or the reason for none."""

    opinion: int
    start: int
    end: int
    normal: str
    note: NoLabel | None


def distinctiveness(words: Vectors, member: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """How much more often a topic's opinions have each term than the others do, in standard errors.

    Parameters
    ----------
    words
        Vectors of all opinions; whether an opinion has a term is all that counts.
    member
        (opinions,) which are in the topic.

    Returns
    -------
    ndarray
        (terms,) z-scores of the log-odds ratio.
    """
    has = sparse.csr_array(
        (np.ones(len(words.matrix.indices)), words.matrix.indices, words.matrix.indptr), words.matrix.shape
    )
    inside = has.T @ member.astype(np.float64)
    outside = words.spread - inside
    prior = _PRIOR * words.spread / max(1.0, float(words.spread.sum()))
    ours, theirs, whole = float(inside.sum()), float(outside.sum()), float(prior.sum())
    ratio = np.log((inside + prior) / (ours + whole - inside - prior + 1e-9))
    ratio -= np.log((outside + prior) / (theirs + whole - outside - prior + 1e-9))
    return np.asarray(ratio / np.sqrt(1 / (inside + prior) + 1 / (outside + prior)))


# Whether of unusual width, worth with the sign turned, distinct opinion, phrase: the best is the least.
_Ranked = tuple[bool, float, int, Phrase]


class Labeller:
    """Chooses labels for the topics of one run, the same phrase never twice."""

    def __init__(self, texts: Sequence[str], words: Vectors, allowed: Allowed) -> None:
        self._texts = texts
        self._words = words
        self._allowed = allowed
        self._place = {term: at for at, term in enumerate(words.terms)}
        self._phrases: dict[int, tuple[Phrase, ...]] = {}
        self._used: set[str] = set()

    def _candidates(self, opinion: int) -> tuple[Phrase, ...]:
        if opinion not in self._phrases:
            self._phrases[opinion] = phrases(self._texts[opinion])
        return self._phrases[opinion]

    def choose(self, members: Sequence[int], near: Sequence[str]) -> Chosen | NoLabel:
        """The label of a topic.

        Parameters
        ----------
        members
            Its distinct opinions, those nearest its middle first.
        near
            Normal forms of the labels above and beside it, which its own neither contains nor lies in.
        """
        member = np.zeros(len(self._texts), np.bool_)
        member[np.asarray(members, np.int64)] = True
        score = distinctiveness(self._words, member)
        ranked: list[_Ranked] = [
            (not SHORTEST <= phrase.width <= LONGEST, -self._worth(phrase, score), opinion, phrase)
            for opinion in members[:_SEARCHED]
            for phrase in self._candidates(opinion)
        ]
        ranked.sort()
        chosen = self._first(ranked, near)
        if isinstance(chosen, Chosen):
            self._used.add(chosen.normal)
        return chosen

    def _worth(self, phrase: Phrase, score: npt.NDArray[np.float64]) -> float:
        """Distinctive words, told once and without filling."""
        bases = dict.fromkeys(phrase.bases)
        own = [float(score[self._place[base]]) for base in bases if base in self._place]
        gain = sum(one if one > 0 else one / 2 for one in own)
        worth = gain / np.sqrt(len(phrase.bases) + 1.0)
        return float(worth * (1.1 if phrase.is_clause else 1.0))

    def _first(self, ranked: Sequence[_Ranked], near: Sequence[str]) -> Chosen | NoLabel:
        """The best phrase unlike the labels nearby; else one that is none of them; else why not."""
        spare: Chosen | None = None
        allowed = False
        for odd, _, opinion, phrase in ranked:
            normal = normalise(self._texts[opinion][phrase.start : phrase.end])
            if not normal or not self._allowed.allows(opinion, phrase.start, phrase.end, normal):
                continue
            allowed = True
            if normal in self._used:
                continue
            note = NoLabel.short if odd else None
            chosen = Chosen(opinion=opinion, start=phrase.start, end=phrase.end, normal=normal, note=note)
            if not any(normal in one or one in normal for one in near):
                return chosen
            spare = spare or chosen
        if spare is not None:
            return spare
        return NoLabel.alike if allowed else NoLabel.refused if ranked else NoLabel.empty
