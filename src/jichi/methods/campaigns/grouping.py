"""Grouping submissions, all at once or a few more at a time, with the same result."""

from __future__ import annotations

import os
from collections.abc import Sequence

from jichi.methods.campaigns.engine import Engine, LinkedTexts, Paraphraser
from jichi.methods.campaigns.rules import Rule
from jichi.methods.campaigns.sets import Grouping
from jichi.methods.texts.checking import check_ids

__all__ = ["LinkedTexts", "Paraphraser", "group"]


def group(
    ids: Sequence[str],
    texts: Sequence[str],
    *,
    rule: Rule | None = None,
    paraphrases: Paraphraser | None = None,
    threads: int | None = None,
) -> Grouping:
    """Finds which submissions say the same.

    Parameters
    ----------
    ids
        A string for each submission, all different.
    texts
        What each says; empty texts are one opinion.
    rule
        When two texts are near-duplicates; by default ``Rule()``.
    paraphrases
        Finds paraphrases among the texts that stand for the sets of near-duplicates; None leaves them apart.
    threads
        How many work at once, by default one for each processor, at most four. The result does not depend
        on it.

    Returns
    -------
    Grouping
        Every submission in exactly one set.

    Raises
    ------
    TextError
        What :func:`~jichi.methods.texts.checking.check_submissions` refuses.

    Notes
    -----
    Byte-identical texts are one text, texts of equal normal form one form. Forms long enough are sketched
    (MinHash); those that stand side by side when the sketches are sorted in 32 orders are compared by their
    distinct three-character sequences, exactly. From the pairs that hold, sets are made in which every member
    holds against the centre: no chains. The sets are a function of the set of texts.

    Examples
    --------
    >>> found = group(["a", "b", "c"], ["公園に木を植えて", "公園に、木を植えて！", "道を直して"])
    >>> found.submissions, found.opinions, found.members(0)
    (3, 2, ('a', 'b'))
    """
    names, held = check_ids(ids, texts)
    engine = Engine(
        rule=rule or Rule(), paraphrases=paraphrases, threads=threads or min(4, os.cpu_count() or 1)
    )
    filing, grower = engine.first(names, held)
    return Grouping(filing=filing, rule=engine.rule, grower=grower)
