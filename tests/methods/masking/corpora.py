"""The two halves of the corpus: sentences with what has to be masked in them marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from jichi.methods.masking import propose

MARK = re.compile(r"⟦(\w+):([^⟧]*)⟧")
FOLDER = Path(__file__).parent / "corpus"


class Measured(NamedTuple):
    wanted: int
    found: int
    proposed: int
    right: int

    @property
    def recall(self) -> float:
        return self.found / self.wanted

    @property
    def precision(self) -> float:
        return self.right / self.proposed


def sentences(half: str) -> Iterator[tuple[str, list[tuple[int, int, str]]]]:
    for line in (FOLDER / f"{half}.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        text, wanted, at = "", [], 0
        line = line.replace("\\n", "\n")
        for mark in MARK.finditer(line):
            text += line[at : mark.start()]
            wanted.append((len(text), len(text) + len(mark[2]), mark[1]))
            text += mark[2]
            at = mark.end()
        yield text + line[at:], wanted


def measure(half: str) -> Measured:
    """A stretch is found where every sign of it is masked, spaces aside; a proposal is right where it meets one."""
    wanted_all = found = proposed = right = 0
    for text, wanted in sentences(half):
        spans = propose(text)
        masked = {place for span in spans for place in range(span.start, span.end)}
        wanted_all += len(wanted)
        found += sum(
            all(place in masked or text[place].isspace() for place in range(start, end))
            for start, end, _ in wanted
        )
        proposed += len(spans)
        right += sum(any(s.start < end and start < s.end for start, end, _ in wanted) for s in spans)
    return Measured(wanted_all, found, proposed, right)
