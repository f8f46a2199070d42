"""The words of the layout: what a published plan calls its levels, sections and columns.

These are the words of the form, not of any one plan: a city whose plan says it otherwise gives its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["ACTIVITY", "BRANCH_LEVELS", "DEFAULT_LAYOUT", "INITIATIVE", "SUB_INITIATIVE", "Layout"]

BRANCH_LEVELS = ("basic_policy", "policy", "measure")
INITIATIVE, SUB_INITIATIVE, ACTIVITY = "●", "○", "・"


@dataclass(frozen=True)
class Layout:
    """Words and patterns of one layout. Patterns are matched on narrowed text without spaces."""

    levels: tuple[str, str, str] = ("基本政策", "政策", "施策")
    project_level: str = "事務事業"
    project_suffixes: tuple[str, ...] = ("事業", "事務", "業務")
    sections: tuple[tuple[str, str], ...] = (
        (r"実感指標$", "sense"),
        (r"^(?:主な)?成果指標$", "outcome"),
        (r"体系$", "tree"),
        (r"取組状況$", "progress"),
        (r"課題$", "issue"),
        (r"方向性$", "direction"),
        (r"^直接目標$", "goal"),
        (r"^計画期間.*取組$", "projects"),
    )
    project_header: str = r"事務事業名?"
    indicator_header: str = r"名称|指標名?"
    sense_header: str = r"実感指標"
    baseline: str = r"策定時|基準値|基準年|当初値"
    current: str = r"現状|現況"
    target: str = r"目標"
    period: str = r"第([0-9]{1,2})期"
    content: str = r"事業内容|目標|取組内容"
    content_header: str = r"(?:事業|取組)内容・目標"
    onward: str = r"以降|以後"
    continued: str = r"継続実施"

    def section(self, title: str) -> str | None:
        """The kind of a section title (given compact and without its number), or None."""
        return next((kind for pattern, kind in self.sections if re.search(pattern, title)), None)

    def role(self, header: str) -> str | None:
        """The role of an indicator table's column: name, baseline, current, target, or None."""
        for role, pattern in (
            ("baseline", self.baseline),
            ("current", self.current),
            ("target", self.target),
        ):
            if re.search(pattern, header):
                return role
        return None


DEFAULT_LAYOUT = Layout()
