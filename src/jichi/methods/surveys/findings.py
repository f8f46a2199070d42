"""What a survey can tell, or a limit of it, as a code with its numbers: pages make the sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

__all__ = ["Finding", "Value", "find"]

Value = float | int | str | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a survey can tell (``can``), or cannot.

    Parameters
    ----------
    code
        A stable name, one of the module's that found it.
    can
        Whether it says what the survey can tell; a limit where not.
    params
        The numbers and words of the sentence. Shares, changes and errors are fractions, never points.
    """

    code: str
    can: bool
    params: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", str(self.code))
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))

    def __hash__(self) -> int:
        return hash((self.code, self.can, tuple(self.params.items())))

    def __reduce__(self) -> tuple[Any, ...]:
        # A read-only view cannot be pickled; what it shows can.
        return _made, (self.code, self.can, dict(self.params))


def _made(code: str, can: bool, params: Mapping[str, Value]) -> Finding:
    return Finding(code=code, can=can, params=params)


def find(findings: Iterable[Finding], code: str) -> Finding | None:
    """The first finding with a code."""
    return next((one for one in findings if one.code == code), None)
