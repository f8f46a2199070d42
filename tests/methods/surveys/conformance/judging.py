"""How far our numbers are from those of a reference, and which differences are known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np

from .answering import KINDS, Answer, Asked
from .samples import Folder

__all__ = [
    "TOLERANCE",
    "Exceptional",
    "Outcome",
    "judged",
    "excused",
    "known_exceptions",
    "outcomes",
    "table",
]

TOLERANCE = 1e-8
# Below this size a difference is measured against it, not against the number itself.
NEAR_ZERO = 1e-3


@dataclass(frozen=True, kw_only=True)
class Exceptional:
    """A difference that is known: cases by a pattern of their names, which numbers, how far, and why.

    ``tolerance`` None: we give no number, on purpose, where the reference has one.
    """

    cases: str
    fields: tuple[str, ...]
    tolerance: float | None
    reason: str

    def allows(self, outcome: Outcome) -> bool:
        """Whether all that the case misses is allowed."""
        if outcome.trouble or not fnmatchcase(outcome.case, self.cases):
            return False
        return all(
            name in self.fields and (np.isinf(far) if self.tolerance is None else far <= self.tolerance)
            for name, far in outcome.misses().items()
        )


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One case: the kind of function, and the distance of each of its numbers from the reference.

    ``trouble`` is what was raised in the place of an answer.
    """

    kind: str
    case: str
    apart: Mapping[str, float]
    trouble: str = ""

    @property
    def worst(self) -> float:
        return float("inf") if self.trouble else max(self.apart.values())

    def within(self, tolerance: float) -> bool:
        return self.worst <= tolerance

    def misses(self, tolerance: float = TOLERANCE) -> dict[str, float]:
        """The numbers that are further off."""
        return {name: far for name, far in self.apart.items() if not far <= tolerance}


def apart(ours: Any, reference: Any) -> float:
    """Relative difference, of the worst of several numbers; infinite where one of both is no number."""
    if ours is None:
        return float("inf")
    one, other = np.atleast_1d(np.asarray(ours, float)), np.atleast_1d(np.asarray(reference, float))
    if one.shape != other.shape or np.isnan(one).any():
        return float("inf")
    return float(np.max(np.abs(one - other) / np.maximum(np.abs(other), NEAR_ZERO)))


def judged(kind: str, case: str, reference: Mapping[str, Any], ours: Answer) -> Outcome:
    """One case held against its reference; only what the reference has."""
    numbers = {name: value for name, value in reference.items() if name != "level"}
    return Outcome(
        kind=kind, case=case, apart={name: apart(ours.get(name), value) for name, value in numbers.items()}
    )


def outcomes(folder: Folder, file: str = "") -> list[Outcome]:
    """All cases of a folder, or those of the reference files whose names hold ``file``."""
    found: list[Outcome] = []
    for call, shapes in folder.calls(file):
        found.extend(_of_call(folder, call, shapes))
    return found


def _of_call(folder: Folder, call: Mapping[str, Any], shapes: Mapping[str, Any]) -> list[Outcome]:
    kind, found = call["stat"], []
    asked = None
    for case in call["cases"]:
        level = case.get("level")
        name = f"{call['id']}.{level}" if level is not None else call["id"]
        try:
            if asked is None:
                if kind.startswith("fh_"):
                    asked = Asked(None, folder.rows(shapes[call["design"]]["file"]), call["args"])
                else:
                    asked = Asked(*folder.sample(call["design"], shapes), call["args"])
            found.append(judged(kind, name, case, KINDS[kind](asked, level)))
        except Exception as error:  # whatever it is, the case has no answer
            found.append(Outcome(kind=kind, case=name, apart={}, trouble=f"{type(error).__name__}: {error}"))
    return found


def known_exceptions(path: Path) -> list[Exceptional]:
    """The exceptions written in a file."""
    entries: Sequence[Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["exceptions"]
    return [
        Exceptional(
            cases=entry["cases"],
            fields=tuple(entry["fields"]),
            tolerance=entry["tolerance"],
            reason=entry["reason"],
        )
        for entry in entries
    ]


def excused(outcome: Outcome, exceptions: Iterable[Exceptional]) -> Exceptional | None:
    """The exception that allows all that the case misses."""
    return next((one for one in exceptions if one.allows(outcome)), None)


def table(found: Sequence[Outcome], exceptions: Sequence[Exceptional]) -> str:
    """The conformance table by function, as text."""
    lines = ["function        cases  ≤1e-12   ≤1e-8  excepted  missed  worst of the others"]
    kinds = sorted({one.kind for one in found})
    for kind in [*kinds, ""]:
        own = [one for one in found if kind in ("", one.kind)]
        near = [one for one in own if one.within(TOLERANCE)]
        far = [one for one in own if not one.within(TOLERANCE)]
        allowed = [one for one in far if excused(one, exceptions)]
        worst = max((one.worst for one in near), default=0.0)
        lines.append(
            f"{kind or 'all':14} {len(own):6} {sum(one.within(1e-12) for one in own):7} {len(near):7}"
            f" {len(allowed):9} {len(far) - len(allowed):7}  {worst:.1e}"
        )
    lines.append(
        f"within 1e-8: {100 * sum(one.within(TOLERANCE) for one in found) / max(len(found), 1):.2f} %"
    )
    return "\n".join(lines)
