"""Reading JSON piece by piece, so that everything wrong in it is told at once, each at its place."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from .values import Problem, Texts

MOST_DIGITS = 40


class Reader:
    """Collects problems while values are taken out of JSON. What cannot be read comes back as None."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def problem(self, pointer: str, code: str, **params: object) -> None:
        """Note that something is wrong."""
        told = {name: str(value)[:120] for name, value in params.items()}
        self.problems.append(Problem(pointer=pointer, code=code, params=told))

    def mapping(self, value: object, pointer: str) -> Mapping[str, Any]:
        """A JSON object; empty where it is none."""
        if isinstance(value, Mapping):
            return value
        self.problem(pointer, "type", wanted="object")
        return {}

    def listed(self, value: object, pointer: str, *, least: int = 0) -> list[Any]:
        """A JSON array of at least ``least`` items; empty where it is none."""
        if not isinstance(value, list):
            self.problem(pointer, "type", wanted="array")
            return []
        if len(value) < least:
            self.problem(pointer, "too_few", least=least)
        return value

    def keys(
        self, found: Mapping[str, Any], pointer: str, *, need: Iterable[str], may: Iterable[str]
    ) -> None:
        """That nothing needed is missing and nothing unknown is there."""
        needed = list(need)
        for key in needed:
            if key not in found:
                self.problem(f"{pointer}/{key}", "missing", key=key)
        for key in found:
            if key not in {*needed, *may}:
                self.problem(f"{pointer}/{_escaped(key)}", "unknown", key=key)

    def string(self, value: object, pointer: str) -> str:
        """A text that is not empty."""
        if isinstance(value, str) and value.strip():
            return value
        self.problem(pointer, "type", wanted="text")
        return ""

    def texts(self, value: object, pointer: str) -> Texts:
        """A text by language, with Japanese among them."""
        found = self.mapping(value, pointer)
        for language, text in found.items():
            self.string(text, f"{pointer}/{_escaped(language)}")
        if isinstance(value, Mapping) and "ja" not in found:
            self.problem(f"{pointer}/ja", "missing", key="ja")
        return {str(language): str(text) for language, text in found.items()}

    def truth(self, value: object, pointer: str) -> bool:
        """True or false."""
        if not isinstance(value, bool):
            self.problem(pointer, "type", wanted="truth")
        return value is True

    def word(self, value: object, pointer: str, words: Iterable[str]) -> str | None:
        """One of a fixed list."""
        known = [str(one) for one in words]
        if isinstance(value, str) and value in known:
            return value
        self.problem(pointer, "word", value=value, words=", ".join(known))
        return None

    def number(self, value: object, pointer: str) -> Decimal | None:
        """An exact, finite number, as a number or as a text."""
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            try:
                found = Decimal(str(value))
            except InvalidOperation:
                found = Decimal("NaN")
            if found.is_finite() and abs(found.adjusted()) <= MOST_DIGITS and len(str(found)) <= MOST_DIGITS:
                return found
        self.problem(pointer, "number", value=value)
        return None

    def date(self, value: object, pointer: str) -> datetime.date | None:
        """A day, as ``2026-04-01``."""
        if isinstance(value, str) and len(value) == 10:
            try:
                return datetime.date.fromisoformat(value)
            except ValueError:
                pass
        self.problem(pointer, "date", value=value)
        return None


def _escaped(key: object) -> str:
    """A key as JSON pointers write it (RFC 6901)."""
    return str(key).replace("~", "~0").replace("/", "~1")
