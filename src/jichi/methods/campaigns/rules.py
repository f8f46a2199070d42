"""The numbers by which texts are held to be the same, each with its reason, and a fingerprint of them all."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, fields

from jichi.methods.texts.errors import TextError

__all__ = ["VERSION", "Rule"]

VERSION = 1
"""Raised whenever the same texts and the same rule give other sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When two texts are near-duplicates of each other. Lengths are those of the normal form.

    Attributes
    ----------
    near
        Whether near-duplicates are looked for at all; without, sets are equal normal forms.
    shortest
        Below this effective length a text joins only its equals: 賛成です and 反対です share most of their
        characters. A Latin letter counts half, for a word of English takes about twice the signs of Japanese.
    jaccard
        The share of distinct three-character sequences that two long texts must have in common.
    jaccard_short
        The same at ``shortest``; between there and ``long`` the bound falls in a straight line. In a short
        text one changed word may be the whole opinion.
    long
        Effective length from which ``jaccard`` holds.
    containment
        The share of the shorter text's sequences that the longer must hold for a copy that was cut, or to
        which a story was added, when ``jaccard`` no longer sees it.
    together
        What that share and the Jaccard coefficient must add up to: the more was added, the less may differ.
    contained
        Effective length below which a text is not looked for inside longer ones: boilerplate is in many.
    whole
        The same for a text that stands in the longer one word for word, from end to end, and is at least two
        fifths of it.
    reach
        How many times longer than the copy the longer text may be. Beyond, the added part is the opinion.
    courtesies
        Whether texts of less than ``long`` are also measured without greetings, thanks and signatures, in
        which a short text else drowns; and whether a shared opening alone makes two of them alike.
    stances
        Whether texts that part in a negation or in a word for or against are kept apart.
    amounts
        Whether texts that part in an amount (money, a percentage, a share) are kept apart.
    """

    near: bool = True
    shortest: int = 15
    jaccard: float = 0.6
    jaccard_short: float = 0.75
    long: int = 60
    containment: float = 0.8
    together: float = 1.35
    contained: int = 30
    whole: int = 20
    reach: float = 3.0
    courtesies: bool = True
    stances: bool = True
    amounts: bool = True

    def __post_init__(self) -> None:
        for name in ("jaccard", "jaccard_short", "containment"):
            value = getattr(self, name)
            if not 0 < value <= 1:
                raise TextError(
                    "rule-out-of-range",
                    f"{name} is {value}; it is a share over 0 and at most 1",
                    name=name,
                    value=value,
                )
        if self.jaccard_short < self.jaccard:
            raise TextError(
                "rule-out-of-range",
                f"jaccard_short is {self.jaccard_short}; it is at least jaccard, {self.jaccard}",
                name="jaccard_short",
                value=self.jaccard_short,
            )
        for name, least in (
            ("shortest", 3),
            ("long", self.shortest),
            ("contained", self.shortest),
            ("whole", self.shortest),
        ):
            value = getattr(self, name)
            if not value >= least:
                raise TextError(
                    "rule-out-of-range",
                    f"{name} is {value}; it is at least {least}",
                    name=name,
                    value=value,
                )
        if not self.containment <= self.together <= 2:
            raise TextError(
                "rule-out-of-range",
                f"together is {self.together}; it is at least containment, {self.containment}, and at most 2",
                name="together",
                value=self.together,
            )
        if not self.reach >= 1:
            raise TextError(
                "rule-out-of-range",
                f"reach is {self.reach}; it is at least 1",
                name="reach",
                value=self.reach,
            )

    @property
    def fingerprint(self) -> str:
        """A digest of the rule, of the version of the method and of the Unicode tables it used."""
        parts = [f"{field.name}={getattr(self, field.name)!r}" for field in fields(self)]
        parts += [f"version={VERSION}", f"unicode={unicodedata.unidata_version}"]
        return hashlib.blake2b(";".join(parts).encode(), digest_size=8).hexdigest()
