"""A grammar of made-up opinions in Japanese and English, and what senders do to a campaign's text.

Words and sentence patterns are in ``flood_words.json``: subjects with their own things, problems,
effects, reasons and demands; places, people, times; opening and closing phrases; form frames; words of
the same meaning. Used by ``benchmarks.floods``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

Draw = Callable[[], int]

KINDS = (
    "unique",
    "exact copy",
    "width, punctuation, case, spaces",
    "signature or place appended",
    "greeting prepended",
    "synonyms replaced",
    "sentence added or dropped",
    "sentences reordered, typos",
    "paraphrase",
)
UNIQUE, EXACT, WIDTH, SIGNATURE, GREETING, SYNONYM, PERSONAL, ORDER, PARAPHRASE = range(9)

MIX = ([EXACT] * 56 + [WIDTH] * 18 + [SIGNATURE] * 6 + [GREETING] * 5) + (
    [SYNONYM] * 5 + [PERSONAL] * 6 + [ORDER] * 4
)
_ROLES = {"C": "claim", "P": "problem", "E": "effect", "R": "reason", "D": "demand"}
PLANS = {
    "ja": [
        "CPERD",
        "PERDD",
        "CPRD",
        "CPEPRD",
        "PERD",
        "CPPRDD",
        "RPED",
        "CEPRD",
        "DPRD",
        "CPERRD",
        "PPED",
        "CDRED",
        "CPD",
        "PRD",
        "CD",
        "PED",
        "CRD",
        "PD",
    ],
    "en": ["CPD", "PRD", "CRD", "PED", "CPED", "RPD", "CDR", "DPE", "PD", "CD"],
}
LONG_PLANS = [
    "CPD",
    "PED",
    "CPRD",
    "PERDD",
    "CPERDRD",
    "CPEPRDPD",
    "CPERDPERDD",
    "CPEPERRDPRD",
    "CPERDCPERDPED",
    "CPR",
    "PRD",
]


def _stream(seed: int) -> Iterator[int]:
    """Whole numbers below 2**31 without end."""
    bits = np.random.PCG64(seed)
    while True:
        yield from (bits.random_raw(1 << 14) >> np.uint64(33)).tolist()


class Subject(NamedTuple):
    """One domain in one language: patterns for each role, with the lists that fill their gaps."""

    patterns: dict[str, list[tuple[str, list[list[str]]]]]
    things: list[str]


class Language:
    """A language's words, ready for drawing."""

    def __init__(self, words: dict[str, Any]) -> None:
        self.places = [
            head + tail
            for head in words["place_heads"].split("|")
            for tail in words["place_tails"].split("|")
        ]
        self.pools = {
            "L": self.places,
            "W": words["people"].split("|"),
            "M": words["times"].split("|"),
            "N": [
                f"{name}{given}" for name in words["names"].split("|") for given in words["given"].split("|")
            ],
            "A": [str(age) for age in range(6, 90)],
        }
        if words["given"].isascii():
            self.pools["N"] = [f"{n[1]} {n[0]}" for n in _crossed(words["names"], words["given"])]
        self.subjects = [self._subject(lists, words) for lists in words["domains"].values()]
        self.open, self.close = words["boiler"]["open"], words["boiler"]["close"]
        self.domains = list(words["domains"])
        self.frames = words["frames"]
        self.greetings = words["greetings"]
        self.signs = [self._pattern(text, {}) for text in words["signs"]]
        self.personal = [self._pattern(text, {}) for text in words["personal"]]
        self.synonyms = [pair.split("=") for pair in words["synonyms"].split("|")]
        shorts = words["short"].split("|")
        self.short = [
            short.replace("{T}", thing) if "{T}" in short else thing + short
            for subject in self.subjects
            for thing in subject.things
            for short in shorts
        ]

    def _subject(self, lists: dict[str, str], words: dict[str, Any]) -> Subject:
        named = {"T": "things", "P": "problems", "E": "effects", "R": "reasons", "D": "demands"}
        own = {mark: lists[name].split("|") for mark, name in named.items()}
        patterns = {
            letter: [self._pattern(text, own) for text in words["templates"][role]]
            for letter, role in _ROLES.items()
        }
        return Subject(patterns, own["T"])

    def _pattern(self, text: str, own: dict[str, list[str]]) -> tuple[str, list[list[str]]]:
        marks = re.findall(r"\{([A-Z])2?\}", text)
        return re.sub(r"\{[A-Z]2?\}", "%s", text), [{**self.pools, **own}[mark] for mark in marks]


def _crossed(left: str, right: str) -> list[tuple[str, str]]:
    return [(one, other) for one in left.split("|") for other in right.split("|")]


@cache
def languages() -> dict[str, Language]:
    """The words of both languages, by their code."""
    path = Path(__file__).with_name("flood_words.json")
    return {name: Language(words) for name, words in json.loads(path.read_text(encoding="utf-8")).items()}


def _filled(pattern: tuple[str, list[list[str]]], draw: Draw, used: list[str]) -> str:
    """A pattern with its gaps filled, with nothing that was used if it can be helped."""
    form, pools = pattern
    chosen: list[str] = []
    for pool in pools:
        at = draw() % len(pool)
        if pool[at] in used:
            at = (at + 1) % len(pool)
        chosen.append(pool[at])
        used.append(pool[at])
    text = form % tuple(chosen)
    return text[0].upper() + text[1:] if form[0] == "%" else text


def _opinion(language: Language, subject: Subject, plan: str, draw: Draw) -> list[str]:
    """The sentences of a new opinion."""
    patterns = subject.patterns
    used: list[str] = []
    said = [_filled(patterns[role][draw() % len(patterns[role])], draw, used) for role in plan]
    manner = draw() % 100
    if manner < 24:
        said.insert(0, language.open[draw() % len(language.open)])
    if 16 <= manner < 42:
        said.append(language.close[draw() % len(language.close)])
    if manner >= 96 and len(said) > 2:
        frame = language.frames[draw() % len(language.frames)]
        said[0] = frame[0] + said[0]
        said[2] = frame[1] + said[2]
    return said


# Width and punctuation: nothing here changes a letter or a number after NFKC and case folding.
_WIDE = {code: code + 0xFEE0 for code in range(0x30, 0x3A)}
_WIDE |= {code: code + 0xFEE0 for code in [*range(0x41, 0x5B), *range(0x61, 0x7B)]}
_COMMA = str.maketrans("、。", "，．")
_HALF = str.maketrans("、。", "､｡")
_NONE = str.maketrans("", "", "、")


def _rewidened(text: str, draw: Draw) -> str:
    way = draw() % 8
    if text.isascii():
        changed = (
            text.upper(),
            text.lower(),
            text.replace(". ", ".  "),
            text.replace(",", ""),
            text.replace(". ", "!\n"),
            text.replace("'", "’").replace(".", " ."),
            "  " + text + "\n",
            text.translate(_WIDE),
        )[way]
    else:
        changed = (
            text.translate(_COMMA),
            text.translate(_HALF),
            text.translate(_NONE),
            text.replace("。", "。\n"),
            text.replace("。", "！"),
            text.replace("、", "、 "),
            "　" + text + "\n",
            text.translate(_WIDE).replace("。", "。　"),
        )[way]
    return changed if changed != text else text + " \n"[draw() % 2] * (1 + draw() % 2)


def _resaid(text: str, language: Language, draw: Draw) -> str:
    """One or two words replaced by others of the same meaning; the text itself if it holds none of them."""
    pairs = language.synonyms
    start, wanted = draw() % len(pairs), 1 + draw() % 2
    for step in range(len(pairs)):
        old, new = pairs[(start + 7 * step) % len(pairs)]
        if old in text:
            text = text.replace(old, new)
            wanted -= 1
            if not wanted:
                break
    return text


def _mistyped(text: str, draw: Draw) -> str:
    for _ in range(1 + draw() % 2):
        at = draw() % (len(text) - 1)
        way = draw() % 3
        if way == 0:
            text = text[:at] + text[at + 1 :]
        elif way == 1:
            text = text[:at] + text[at] + text[at:]
        else:
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text


def mutated(base: str, said: list[str], kind: int, language: Language, draw: Draw) -> str:
    """A campaign's text as somebody sends it in."""
    if kind == EXACT:
        return (base + " ")[:-1]  # a string of its own
    if kind == WIDTH:
        return _rewidened(base, draw)
    if kind == SIGNATURE:
        return base + _filled(language.signs[draw() % len(language.signs)], draw, [])
    if kind == GREETING:
        return language.greetings[draw() % len(language.greetings)] + base
    if kind == SYNONYM:
        changed = _resaid(base, language, draw)
        return changed if changed != base else _mistyped(base, draw)
    at = draw() % len(said)
    if kind == PERSONAL:
        if len(said) > 3 and draw() % 3 == 0 and len(said[at]) * 3 < len(base):
            return "".join(said[:at] + said[at + 1 :])
        own = [
            _filled(language.personal[draw() % len(language.personal)], draw, [])
            for _ in range(1 + draw() % 3 // 2)
        ]
        return "".join([*said[:at], *own, *said[at:]])
    if len(said) > 2 and draw() % 2:
        other = (at + 1 + draw() % (len(said) - 1)) % len(said)
        moved = list(said)
        moved[at], moved[other] = moved[other], moved[at]
        return "".join(moved)
    return _mistyped(base, draw)


class Maker:
    """Draws opinions no two of which are the same after normalising."""

    def __init__(self, seed: int) -> None:
        self.draw = _stream(seed).__next__
        self.seen: set[bytes] = set()

    def fresh(self, language: Language, plans: Sequence[str], subject: int | None = None) -> list[str]:
        """Sentences of an opinion unlike all before, of any subject or the given one."""
        draw, subjects = self.draw, language.subjects
        while True:
            chosen = subjects[(draw() if subject is None else subject) % len(subjects)]
            said = _opinion(language, chosen, plans[draw() % len(plans)], draw)
            if self.is_new("".join(said)):
                return said

    def is_new(self, text: str) -> bool:
        """Whether no text before was the same, spaces and punctuation aside."""
        key = hashlib.blake2b(re.sub(r"[\W_]+", "", text).encode(), digest_size=12).digest()
        if key in self.seen:
            return False
        self.seen.add(key)
        return True

    def shuffled(self, many: int) -> list[int]:
        """The numbers below ``many`` in some order."""
        low = np.array([self.draw() for _ in range(many)], dtype=np.int64)
        return np.argsort(low, kind="stable").tolist()
