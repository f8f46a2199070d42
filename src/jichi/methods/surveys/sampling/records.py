"""The record of a draw, and whether it is true: the same register, plan and seed draw the same people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import SurveyError, listed
from .draws import ALGORITHM
from .plans import Plan
from .registers import Register
from .selection import Sample, draw_sample

__all__ = ["Record", "Verification", "record_of", "redraw", "verify"]

_PLAN = ("per_stratum", "take", "first_stage", "one_per_address", "reserve", "short")
_FIELDS = {
    "algorithm",
    "seed",
    "register_sha256",
    "register_rows",
    "eligible",
    "excluded",
    "plan",
    "drawn",
    "drawn_sha256",
    "reserve_sha256",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What others need to draw a sample again, and to see that it is the same. It names nobody.

    Attributes
    ----------
    algorithm
        Name and version, see :mod:`.draws`.
    seed
        As it was given.
    register_sha256, register_rows
        The register's fingerprint and number of rows.
    eligible, excluded
        How many might have been drawn, and how many were kept out, by reason.
    plan
        How it was drawn, as plain values.
    drawn
        How many people of each stratum.
    drawn_sha256
        SHA-256 of the keys drawn, sorted, each ended by a line feed; what ``LC_ALL=C sort keys |
        sha256sum`` prints.
    reserve_sha256
        The same of the reserve: lines of stratum, cluster and keys in their order, joined by tabs; sorted.
    """

    algorithm: str
    seed: str
    register_sha256: str
    register_rows: int
    eligible: int
    excluded: Mapping[str, int]
    plan: Mapping[str, Any]
    drawn: Mapping[str, int]
    drawn_sha256: str
    reserve_sha256: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as they are kept and published."""
        found = {name: getattr(self, name) for name in sorted(_FIELDS)}
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in found.items()}

    def as_json(self) -> str:
        """One line of JSON, keys sorted, no spaces, text as it is."""
        return json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def fingerprint(self) -> str:
        """SHA-256 of :meth:`as_json` in UTF-8: published with the result, no record can be swapped."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Whether a record is true of a register, and what of it is not.

    ``problems`` holds field names of :class:`Record` that differ, or the code of what kept the sample from
    being drawn again.
    """

    problems: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the record is true."""
        return not self.problems


def record_of(sample: Sample) -> Record:
    """The record of a sample."""
    register, plan = sample.register, sample.plan
    strata = sample.strata.tolist()
    lines = sorted("\t".join((*where, *keys)) + "\n" for where, keys in sample.reserve.items())
    return Record(
        algorithm=ALGORITHM,
        seed=sample.seed,
        register_sha256=register.fingerprint(),
        register_rows=len(register),
        eligible=int(register.eligible.sum()),
        excluded=register.exclusions,
        plan=_plain(plan),
        drawn={name: strata.count(name) for name in sorted(set(strata))},
        drawn_sha256=_digest(sorted(key + "\n" for key in sample.keys.tolist())),
        reserve_sha256=_digest(lines),
    )


def redraw(record: Record | Mapping[str, Any], register: Register) -> Sample:
    """Draw the sample of a record again.

    Raises
    ------
    SurveyError
        ``record-malformed``, ``algorithm-unknown``, ``record-differs`` with the fields that are not true of
        what was drawn, and what :func:`.selection.draw_sample` raises.
    """
    given = _read(record)
    sample = draw_sample(register, _plan(given.plan), seed=given.seed)
    made, kept = record_of(sample).as_dict(), given.as_dict()
    unlike = tuple(name for name in sorted(_FIELDS) if made[name] != kept[name])
    if unlike:
        raise SurveyError(
            "record-differs",
            f"the register does not give the sample of the record: {listed(unlike)} differ",
            fields=unlike,
        )
    return sample


def verify(record: Record | Mapping[str, Any], register: Register) -> Verification:
    """Whether a record is true: its sample is drawn again, and everything in it compared.

    Nothing is raised for a record that is wrong; the result says what is.
    """
    try:
        redraw(record, register)
    except SurveyError as wrong:
        fields = wrong.params.get("fields")
        return Verification(problems=fields if isinstance(fields, tuple) else (wrong.code,))
    return Verification(problems=())


def _plain(plan: Plan) -> dict[str, Any]:
    numbers = plan.per_stratum if isinstance(plan.per_stratum, int) else dict(plan.per_stratum)
    return {
        "per_stratum": numbers,
        "take": plan.take,
        "first_stage": str(plan.first_stage),
        "one_per_address": plan.one_per_address,
        "reserve": plan.reserve,
        "short": str(plan.short),
    }


def _plan(plain: Mapping[str, Any]) -> Plan:
    if set(plain) != set(_PLAN):
        raise SurveyError("record-malformed", f"the record's plan has not the fields {listed(_PLAN)}")
    return Plan(**plain)


def _read(record: Record | Mapping[str, Any]) -> Record:
    found = record.as_dict() if isinstance(record, Record) else record
    if not isinstance(found, Mapping) or set(found) != _FIELDS or not isinstance(found["plan"], Mapping):
        raise SurveyError("record-malformed", f"a record has the fields {', '.join(sorted(_FIELDS))}")
    if found["algorithm"] != ALGORITHM:
        raise SurveyError(
            "algorithm-unknown",
            f"the sample was drawn by {found['algorithm']!r}; this program draws by {ALGORITHM}",
            algorithm=found["algorithm"],
        )
    return Record(**found)


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("".join(lines).encode()).hexdigest()
