"""A small plan whose projects bear budget lines."""

from __future__ import annotations

from tests.evaluation.cycle.conftest import offices, people, plan

__all__ = ["offices", "people", "plan"]
