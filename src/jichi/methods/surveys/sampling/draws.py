r"""The draw itself: numbers from a seed by SHA-256, nothing that could change with a library's next version.

Algorithm ``jichi-sample-1``
----------------------------
All text is UTF-8; "sorted" means by code points, as the bytes sort.

1. *Ticket.* ``ticket(words…)`` is the SHA-256 of the words joined by tab characters, the first words being
   ``jichi-sample-1`` and the seed. No word holds a control character, so that no two lists of words join
   alike.

2. *Number below b.* For c = 0, 1, …: x is ``ticket(words…, c)`` read as a number, the first byte most
   significant; the first x below the largest multiple of b up to 2 to the 256th gives x mod b.

3. *Lots.* Items are put in the order of ``ticket(words…, item)``; the first n are drawn.

4. *Walk.* Items in a given order have whole sizes :math:`s_j`, of sum T. u is a number below T. Item j is
   drawn if one of the numbers u, u + T, u + 2T, …, u + (n-1)T lies from n(s_1 + … + s_{j-1}) up to, not
   including, n(s_1 + … + s_j). Its probability is exactly n s_j / T. Beforehand those with n s_j >= T are
   drawn for certain and taken apart, n and T going down, until there is none.

A stratum's clusters: *lots* with words ``cluster``, stratum, cluster; or *walks* over the clusters sorted by
label, all of size 1 (systematic) or of as many eligible people as they have (PPS), u from words
``cluster-start``, stratum.

A drawn cluster's people: *lots* with words ``person``, stratum, cluster, key. Without clusters a stratum's
people are drawn so, the word for the cluster being empty; systematically: a *walk* over keys sorted, all of
size 1, u from words ``person-start``, stratum, and an empty word.

At most one of an address: a *walk* over addresses in the order of ``address``, stratum, cluster, address,
their sizes being their eligible people, u from words ``address-start``, stratum, cluster; of each address
drawn the person first by ``person``, stratum, cluster, key.

In reserve: those not drawn, in the order of ``reserve``, stratum, cluster, key, passing over addresses that
were drawn or are in reserve already, where only one of an address may be.

References
----------
Madow, W. G. (1949). On the theory of systematic sampling, II. Annals of Mathematical Statistics 20, 333-354
(the walk, there with real numbers; here in whole ones).

National Institute of Standards and Technology (2015). FIPS 180-4, Secure Hash Standard.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

__all__ = ["ALGORITHM", "Drawer", "Walk", "walk"]

ALGORITHM = "jichi-sample-1"
_SPAN = 2**256


@dataclass(frozen=True, slots=True)
class Drawer:
    """Everything random about a sample, from its seed."""

    seed: str

    def ordered(self, items: Iterable[str], *words: str) -> list[str]:
        """Items in the order of their tickets."""
        return sorted(items, key=self._ticket(*words))

    def lots(self, items: Iterable[str], n: int, *words: str) -> list[str]:
        """The first ``n`` of them; without putting all in order."""
        return heapq.nsmallest(n, items, key=self._ticket(*words))

    def _ticket(self, *words: str) -> Callable[[str], bytes]:
        start = hashlib.sha256("\t".join((ALGORITHM, self.seed, *words, "")).encode())

        def ticket(item: str) -> bytes:
            one = start.copy()
            one.update(item.encode())
            return one.digest()

        return ticket

    def below(self, bound: int, *words: str) -> int:
        """A whole number from 0 up to, not including, ``bound``, each as likely."""
        usable = _SPAN - _SPAN % bound
        count = 0
        while True:
            text = "\t".join((ALGORITHM, self.seed, *words, str(count)))
            number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
            if number < usable:
                return number % bound
            count += 1


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk drew: places of items, rising, and each one's probability; ``certain`` ones have 1."""

    places: tuple[int, ...]
    probabilities: tuple[Fraction, ...]
    certain: frozenset[int]


def walk(drawer: Drawer, sizes: Sequence[int], n: int, *words: str) -> Walk:
    """Draw ``n`` items with probability in proportion to their sizes.

    Parameters
    ----------
    drawer
        Gives the start.
    sizes
        Whole numbers of at least 1, in the order of the walk.
    n
        From 1 to the number of items.
    words
        What the draw is called.
    """
    certain = _certain(sizes, n)
    left = [place for place in range(len(sizes)) if place not in certain]
    n -= len(certain)
    chosen: dict[int, Fraction] = dict.fromkeys(certain, Fraction(1))
    if n > 0:
        whole = sum(sizes[place] for place in left)
        start = drawer.below(whole, *words)
        ends = list(accumulate(n * sizes[place] for place in left))
        at = 0
        for step in range(n):
            point = start + step * whole
            while ends[at] <= point:
                at += 1
            chosen[left[at]] = Fraction(n * sizes[left[at]], whole)
    places = tuple(sorted(chosen))
    return Walk(places, tuple(chosen[place] for place in places), certain)


def _certain(sizes: Sequence[int], n: int) -> frozenset[int]:
    """Items whose share of the draw would be 1 or more, found again until the rest have less."""
    found: set[int] = set()
    whole = sum(sizes)
    while True:
        more = {
            place
            for place, size in enumerate(sizes)
            if place not in found and n > len(found) and (n - len(found)) * size >= whole
        }
        if not more:
            return frozenset(found)
        found |= more
        whole = sum(size for place, size in enumerate(sizes) if place not in found)
