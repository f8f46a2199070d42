"""What a rule file comes to when it is read: rules ready to be applied, with their words."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jichi.methods.expressions import Expression
from jichi.methods.rating import Combining, Rule, Scale, points

Texts = Mapping[str, str]
"""A text by language: ``{"ja": …, "en": …, "ja-simple": …}``; Japanese is always there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong in a rule file: where (JSON pointer), a code that can be worded, and its parameters."""

    pointer: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


class RulesError(ValueError):
    """A rule that cannot be used. ``problems`` names everything that is wrong, in the order of the file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{one.pointer or '/'}: {one.code}" for one in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusual:
    """Years that are no ordinary start, such as those under COVID-19, and what is said of them."""

    years: frozenset[int]
    says: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One judgement of several whose points are added up."""

    key: str
    title: Texts
    worth: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Points of several judgements, added up and put into bands."""

    criteria: tuple[Criterion, ...]
    scale: Scale

    def grade(self, given: Mapping[str, str]) -> tuple[int, str | None]:
        """The sum and its band.

        Raises:
            RatingError: a criterion is missing, or a judgement has no points.
        """
        total = points(given, {one.key: one.worth for one in self.criteria})
        return total, self.scale.grade(total)


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingRule:
    """How indicators are graded: the rule itself, what its grades are called and how they look.

    ``states`` gives the shape of a grade (``met``, ``between``, ``below``, ``far_below``).
    """

    rule: Rule
    labels: Mapping[str, Texts]
    states: Mapping[str, str]
    combine: Combining
    unusual: tuple[Unusual, ...] = ()
    total: Total | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalClause:
    """This value if the expression is true; without one, whatever is left. An empty value: no proposal."""

    value: str
    condition: Expression | None
    says: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPart:
    """Clauses in order for one kind of sheet. Rates from ``well_over`` and under ``well_under`` per cent of a
    yearly target count as far over and far under it."""

    clauses: tuple[ProposalClause, ...]
    well_over: Decimal = Decimal(120)
    well_under: Decimal = Decimal(80)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRule:
    """By what Jichi proposes judgements."""

    project: ProposalPart | None = None
    measure: ProposalPart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """One version of a file: its dates, its source and what it says. ``definition`` is as it was written."""

    in_force_from: datetime.date
    in_force_to: datetime.date | None
    known_from: datetime.date
    confirmed: bool
    source: Mapping[str, Any]
    note: Texts
    content: GradingRule | ProposalRule
    definition: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """A rule file as a whole."""

    key: str
    kind: str
    title: Texts
    versions: tuple[RuleVersion, ...]
