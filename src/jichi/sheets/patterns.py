"""The pattern of a text field, matched in a time that does not depend on how cleverly it is written.

``re`` tries one way after the other, so that ``(a+)+`` and thirty letters keep a server busy for minutes.
Here all ways are followed at once (Thompson, "Regular expression search algorithm", 1968): the time is at
most the length of the text times that of the pattern. What cannot be followed so, looking ahead and referring
back, is no part of the language; everything else means what it means to ``re.fullmatch``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

MOST_STATES = 300
"""Places in a pattern after its repetitions are written out."""

_QUANTIFIER = re.compile(r"\*|\+|\?|\{(?!\})([0-9]*)(,?)([0-9]*)\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_UNCLEAR = re.compile(r"\[|--|&&|~~|\|\|")
"""What ``re`` warns of in a class: it may mean something else one day."""
_KINDS = frozenset("dDwWsS")

Fits = Callable[[str], object]


class PatternError(ValueError):
    """A pattern that cannot be read, or is too large; the message is the part at fault."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was read. ``_moves`` are, by place, the signs that lead on and where to."""

    _moves: dict[int, tuple[Fits, int]]
    _jumps: dict[int, tuple[int, ...]]
    _first: dict[int, int]
    _last: dict[int, int]
    _begin: int
    _end: int

    def matches(self, text: str) -> bool:
        """Whether the whole text is one that the pattern describes."""
        places = self._reached([self._begin], is_first=True, is_last=not text)
        for number, sign in enumerate(text, start=1):
            moved = [self._moves[place][1] for place in places if self._leads(place, sign)]
            places = self._reached(moved, is_first=False, is_last=number == len(text))
            if not places:
                return False
        return self._end in places

    def _leads(self, place: int, sign: str) -> bool:
        return place in self._moves and bool(self._moves[place][0](sign))

    def _reached(self, places: Iterable[int], *, is_first: bool, is_last: bool) -> set[int]:
        """The places, and those that are reached from them without a further sign."""
        found: set[int] = set()
        waiting = list(places)
        while waiting:
            place = waiting.pop()
            if place in found:
                continue
            found.add(place)
            waiting += self._jumps.get(place, ())
            if is_first and place in self._first:
                waiting.append(self._first[place])
            if is_last and place in self._last:
                waiting.append(self._last[place])
        return found


@lru_cache(maxsize=512)
def read_pattern(text: str) -> Pattern:
    """Read a pattern.

    Signs, ``.``, classes (``[A-Z]``), ``\\d \\w \\s`` and their opposites, groups, ``|``, ``* + ? {m,n}``,
    ``^`` and ``$``.

    Raises:
        PatternError
    """
    whole = _Reader(text).read()
    writer = _Writer()
    end = writer.write(whole, begin := writer.place())
    return Pattern(writer.moves, writer.jumps, writer.first, writer.last, begin, end)


# --- from text to a tree ----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Sign:
    fits: Fits


@dataclass(frozen=True, slots=True)
class _Edge:
    is_first: bool


@dataclass(frozen=True, slots=True)
class _All:
    nodes: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Either:
    ways: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Times:
    node: _Node
    least: int
    most: int | None


_Node = _Sign | _Edge | _All | _Either | _Times


@dataclass
class _Reader:
    text: str
    at: int = 0

    def read(self) -> _Node:
        node = self._either()
        if self.at < len(self.text):
            raise self._fault()
        return node

    def _fault(self) -> PatternError:
        return PatternError(self.text[self.at :][:20] or self.text[-20:])

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _take(self, words: str) -> bool:
        if not self.text.startswith(words, self.at):
            return False
        self.at += len(words)
        return True

    def _either(self) -> _Node:
        ways = [self._all()]
        while self._take("|"):
            ways.append(self._all())
        return ways[0] if len(ways) == 1 else _Either(tuple(ways))

    def _all(self) -> _Node:
        nodes: list[_Node] = []
        while self._next() not in {"", "|", ")"}:
            nodes.append(self._repeated(self._one()))
        return _All(tuple(nodes))

    def _repeated(self, node: _Node) -> _Node:
        found = _QUANTIFIER.match(self.text, self.at)
        if found is None:
            return node
        if isinstance(node, _Edge):
            raise self._fault()
        self.at = found.end()
        self._take("?")  # "as few as possible" describes the same texts
        if _QUANTIFIER.match(self.text, self.at):
            raise self._fault()
        least, most = _counts(found)
        if most is not None and least > most:
            raise PatternError(found[0])
        return _Times(node, least, most)

    def _one(self) -> _Node:
        if self._take("("):
            return self._group()
        if self._next() == "[":
            return self._class()
        if self._next() == "\\":
            return self._escape()
        if _QUANTIFIER.match(self.text, self.at):
            raise self._fault()
        sign = self._next()
        self.at += 1
        if sign in {"^", "$"}:
            return _Edge(is_first=sign == "^")
        return _Sign("\n".__ne__ if sign == "." else sign.__eq__)

    def _group(self) -> _Node:
        if self._next() == "?" and not self._take("?:"):
            raise self._fault()
        node = self._either()
        if not self._take(")"):
            raise self._fault()
        return _All((node,))

    def _class(self) -> _Node:
        found = _CLASS.match(self.text, self.at)
        if found is None or _UNCLEAR.search(found[0][1:]):
            raise self._fault()
        return self._of(found[0])

    def _escape(self) -> _Node:
        words = self.text[self.at : self.at + 2]
        if len(words) < 2 or (words[1].isalnum() and words[1] not in _KINDS):
            raise self._fault()
        return self._of(words)

    def _of(self, words: str) -> _Node:
        """One sign of those that the words describe to ``re``."""
        try:
            fits = re.compile(words).fullmatch
        except re.error:
            raise self._fault() from None
        self.at += len(words)
        return _Sign(fits)


def _counts(found: re.Match[str]) -> tuple[int, int | None]:
    if found[0] in {"*", "+", "?"}:
        return int(found[0] == "+"), 1 if found[0] == "?" else None
    least = int(found[1] or 0)
    if not found[2]:
        return least, least
    return least, int(found[3]) if found[3] else None


# --- from the tree to places ------------------------------------------------------------------------------
@dataclass
class _Writer:
    """Writes a tree out as places and the ways between them."""

    moves: dict[int, tuple[Fits, int]] = field(default_factory=dict)
    jumps: dict[int, tuple[int, ...]] = field(default_factory=dict)
    first: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    count: int = 0

    def place(self) -> int:
        self.count += 1
        if self.count > MOST_STATES:
            raise PatternError(f"> {MOST_STATES}")
        return self.count

    def _jump(self, begin: int, *ends: int) -> None:
        self.jumps[begin] = (*self.jumps.get(begin, ()), *ends)

    def write(self, node: _Node, begin: int) -> int:
        """Write a node that begins at a place; returns the place where it ends."""
        match node:
            case _Sign(fits=fits):
                end = self.place()
                self.moves[begin] = (fits, end)
            case _Edge(is_first=is_first):
                end = self.place()
                (self.first if is_first else self.last)[begin] = end
            case _All(nodes=nodes):
                end = self.place()
                self._jump(begin, end)
                for one in nodes:
                    end = self.write(one, end)
            case _Either(ways=ways):
                ends = []
                for one in ways:
                    self._jump(begin, entry := self.place())
                    ends.append(self.write(one, entry))
                end = self.place()
                for one_end in ends:
                    self._jump(one_end, end)
            case _Times():
                end = self._write_times(node, begin)
        return end

    def _write_times(self, node: _Times, begin: int) -> int:
        self._jump(begin, here := self.place())
        for _time in range(node.least):
            here = self.write(node.node, here)
        end = self.place()
        if node.most is None:
            self._jump(here, entry := self.place(), end)
            self._jump(self.write(node.node, entry), here)
        else:
            for _time in range(node.most - node.least):
                self._jump(here, entry := self.place(), end)
                here = self.write(node.node, entry)
            self._jump(here, end)
        return end
