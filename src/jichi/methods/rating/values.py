"""What a rule is made of, what it is applied to, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from ..paths import Comparator, Progress
from .checking import RatingError, given, known, whole

__all__ = [
    "Bound",
    "Case",
    "Clause",
    "Flag",
    "Measure",
    "Observation",
    "Outcome",
    "Rating",
    "RatingError",
    "Reason",
    "Rule",
    "Step",
    "Where",
]


class Bound(StrEnum):
    """How a value is compared with a limit: in words, so that nobody has to guess about the limit itself."""

    AT_LEAST = "at_least"
    OVER = "over"
    AT_MOST = "at_most"
    BELOW = "below"

    def holds(self, value: Fraction, limit: Fraction) -> bool:
        """Whether the value lies as the word says."""
        if self is Bound.AT_LEAST:
            return value >= limit
        if self is Bound.OVER:
            return value > limit
        if self is Bound.AT_MOST:
            return value <= limit
        return value < limit


class Measure(StrEnum):
    """What a clause looks at. x value, T target, S start, s +1 for 以上 and -1 for 以下, t years since S.

    ========================  =====================================================================
    ``to_target``             s (x - T), in the unit of the figure
    ``change``                s (x - S)
    ``change_percent``        100 s (x - S) / ``|S|``
    ``from_target_percent``   100 ``|x - T|`` / ``|T|``, the distance on either side
    ``achievement``           100 x / T for 以上, 100 T / x for 以下
    ``paced_achievement``     the same over what is due by now, a given share of it a year, at most all
    ``progress``              100 (x - S) / (T - S)
    ``paced_progress``        100 (x - S) / (E - S), E on the straight line from S to T in that year
    ``to_path``               s (x - E)
    ``growth_percent``        100 s ((x / S) ** (1 / t) - 1), a year
    ``growth_ratio``          the observed yearly rate over the required one
    ========================  =====================================================================
    """

    TO_TARGET = "to_target"
    CHANGE = "change"
    CHANGE_PERCENT = "change_percent"
    FROM_TARGET_PERCENT = "from_target_percent"
    ACHIEVEMENT = "achievement"
    PACED_ACHIEVEMENT = "paced_achievement"
    PROGRESS = "progress"
    PACED_PROGRESS = "paced_progress"
    TO_PATH = "to_path"
    GROWTH_PERCENT = "growth_percent"
    GROWTH_RATIO = "growth_ratio"


WITHOUT_TARGET = frozenset({Measure.CHANGE, Measure.CHANGE_PERCENT, Measure.GROWTH_PERCENT})
WITHOUT_DIRECTION = frozenset(
    {Measure.FROM_TARGET_PERCENT, Measure.PROGRESS, Measure.PACED_PROGRESS, Measure.GROWTH_RATIO}
)


class Where(StrEnum):
    """For which cases a clause exists at all."""

    ALWAYS = "always"
    TARGET_HARDER = "target_harder"  # s (T - S) > 0
    SURVEY = "survey"
    NO_SURVEY = "no_survey"


_DIRECTED = frozenset({Where.TARGET_HARDER})


class Reason(StrEnum):
    """Why there is no grade."""

    NO_VALUE = "no_value"
    SURVEY_NOT_RUN = "survey_not_run"
    BREAK = "break"
    SENSE_INDICATOR = "sense_indicator"
    COMPARATOR_ABOUT = "comparator_about"
    COMPARATOR_NONE = "comparator_none"
    NO_TARGET = "no_target"
    NO_START = "no_start"
    NO_DISTANCE = "no_distance"
    NO_YEARS = "no_years"
    AFTER_TARGET_YEAR = "after_target_year"
    TARGET_NOT_POSITIVE = "target_not_positive"
    TARGET_ZERO = "target_zero"
    START_NOT_POSITIVE = "start_not_positive"
    START_ZERO = "start_zero"
    VALUE_NEGATIVE = "value_negative"
    VALUE_NOT_POSITIVE = "value_not_positive"
    NO_CLAUSE = "no_clause"
    SERIES_NOT_RATED = "series_not_rated"


class Flag(StrEnum):
    """What must be said beside a grade."""

    MAINTAIN = "maintain"  # the target is the start
    TARGET_EASIER = "target_easier"  # the start already does better than the target
    LAST_VALUE = "last_value"  # an earlier value stands in for the year's own
    CHANGE_SHOWN = "change_shown"
    CHANGE_NOT_SHOWN = "change_not_shown"  # chance alone could have made the change since the start


class Outcome(StrEnum):
    """What became of a clause."""

    HOLDS = "holds"
    FAILS = "fails"
    EMPTY = "empty"  # it does not exist for this case
    UNDEFINED = "undefined"  # its measure cannot be told; the case is then without a grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One line of a rule: this grade if this measure lies so. Without a bound it takes all that is left."""

    grade: str
    measure: Measure | None = None
    bound: Bound | None = None
    limit: Decimal | None = None
    where: Where = Where.ALWAYS

    def __post_init__(self) -> None:
        parts = [part is not None for part in (self.measure, self.bound, self.limit)]
        if any(parts) != all(parts):
            raise RatingError(
                "clause-incomplete",
                f"clause for grade {self.grade!r}: give measure, bound and limit together, or none of them",
                grade=self.grade,
            )
        if self.measure is not None and self.bound is not None:
            object.__setattr__(self, "measure", known(Measure, self.measure, "measure"))
            object.__setattr__(self, "bound", known(Bound, self.bound, "bound"))
        object.__setattr__(self, "where", known(Where, self.where, "where"))
        object.__setattr__(self, "limit", given(self.limit, "limit"))
        if self.limit is not None and not self.limit.is_finite():
            raise RatingError(
                "limit-not-finite",
                f"clause for grade {self.grade!r}: the limit is a finite number, not {self.limit}",
                grade=self.grade,
                limit=self.limit,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Clauses in order: the first that holds gives the grade.

    Parameters
    ----------
    grades
        Every grade the rule can give, the best first.
    clauses
        For targets read as 以上 or 以下 (and for figures without a target, if no clause looks at one).
    about
        Clauses for 程度; without them such a target is not graded. They look only at what has no direction.
    none_as
        How a target with nothing stated is read; None leaves it without a grade.
    per_year
        Share of the whole that is due each year, in per cent, for ``paced_achievement``.
    allows_last
        Whether the last value within the period stands in for a survey that was not run.
    grades_sense
        Whether indicators of residents' sense are graded.
    """

    grades: tuple[str, ...]
    clauses: tuple[Clause, ...]
    about: tuple[Clause, ...] = ()
    none_as: Comparator | None = None
    per_year: Decimal | None = None
    allows_last: bool = False
    grades_sense: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "per_year", given(self.per_year, "per_year"))
        if self.none_as is not None:
            object.__setattr__(self, "none_as", known(Comparator, self.none_as, "none_as"))
        twice = sorted({grade for grade in self.grades if self.grades.count(grade) > 1})
        if twice:
            raise RatingError(
                "grade-twice", f"grades holds {', '.join(twice)} more than once; give each once", grades=twice
            )
        for clause in (*self.clauses, *self.about):
            if clause.grade not in self.grades:
                raise RatingError(
                    "grade-unknown",
                    f"grade {clause.grade!r} is not among {', '.join(self.grades)}; add it to grades",
                    grade=clause.grade,
                    grades=self.grades,
                )
        if self.none_as not in (None, Comparator.GE, Comparator.LE):
            raise RatingError(
                "none-as",
                f"none_as is {Comparator.GE} or {Comparator.LE} or None, not {self.none_as}",
                none_as=self.none_as,
            )
        free = (None, *WITHOUT_DIRECTION)
        directed = [c.measure for c in self.about if c.measure not in free or c.where in _DIRECTED]
        if directed:
            raise RatingError(
                "about-directed",
                f"clauses for about have no direction; use {', '.join(sorted(WITHOUT_DIRECTION))}",
                measures=directed,
            )
        paced = any(c.measure is Measure.PACED_ACHIEVEMENT for c in (*self.clauses, *self.about))
        if paced != (self.per_year is not None) or (
            self.per_year is not None and not (self.per_year.is_finite() and self.per_year > 0)
        ):
            raise RatingError(
                "per-year",
                f"per_year is over 0 if a clause looks at paced_achievement, else None; not {self.per_year}",
                per_year=self.per_year,
            )

    @property
    def needs_target(self) -> bool:
        """Whether any clause looks at a target."""
        return any(c.measure is not None and c.measure not in WITHOUT_TARGET for c in self.clauses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a year gave: a value, or why there is none."""

    year: int
    value: Decimal | None
    missing: Reason = Reason.NO_VALUE

    def __post_init__(self) -> None:
        whole(self.year, "year of an observation")
        object.__setattr__(self, "value", given(self.value, f"observation of {self.year}"))
        object.__setattr__(self, "missing", known(Reason, self.missing, "missing"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An indicator's series as it stands in the year to be judged.

    Parameters
    ----------
    comparator, target, target_year
        The promise. ``target`` is None where none was set.
    start, start_year
        The city's 現状 at the start of the plan, or a value set for the purpose; never 計画策定時.
    year
        The year that is judged.
    observations
        What was measured; years before ``start_year`` and after ``year`` are left alone.
    decimals
        Places with which the city publishes the figure; everything is compared at these.
    breaks
        Years whose value is the first under a changed definition.
    is_survey, is_sense
        Whether a survey gives the values; whether it is an indicator of residents' sense.
    change_shown
        Whether the change since the start is distinguishable from chance (a probability sample's interval
        tells; see ``jichi.methods.proportions.Change.is_distinguishable``); None where nothing tells.
    higher_is_better
        The direction of a figure without target, for rules that grade such figures.
    """

    comparator: Comparator
    target: Decimal | None
    start: Decimal | None
    start_year: int
    year: int
    observations: Sequence[Observation]
    target_year: int | None = None
    decimals: int = 0
    breaks: tuple[int, ...] = ()
    is_survey: bool = False
    is_sense: bool = False
    change_shown: bool | None = None
    higher_is_better: bool | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "comparator", known(Comparator, self.comparator, "comparator"))
        object.__setattr__(self, "target", given(self.target, "target"))
        object.__setattr__(self, "start", given(self.start, "start"))
        for name in ("start_year", "year", "decimals"):
            whole(getattr(self, name), name)
        if self.target_year is not None:
            whole(self.target_year, "target_year")
        for year in self.breaks:
            whole(year, "year of a break")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A clause as it was tried: what was compared with what, and what came of it."""

    grade: str
    measure: Measure | None
    value: Fraction | None
    bound: Bound | None
    limit: Decimal | None
    where: Where
    outcome: Outcome
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A grade or the reason why there is none, with every number that was used.

    Attributes
    ----------
    grade, reason
        One of the two is None.
    value, value_year, target, start
        At the published precision, as they were compared.
    sign
        +1 for 以上, -1 for 以下, None where the target is read without direction or not at all.
    steps
        The clauses that were tried, in order; the last one decided.
    progress, expected
        Share of the way gone, and the value on the straight line in ``value_year``: beside every grade.
    params
        What a sentence about ``reason`` needs beyond these, such as the year of a break.
    """

    grade: str | None
    reason: Reason | None
    comparator: Comparator
    sign: int | None
    value: Decimal | None
    value_year: int | None
    target: Decimal | None
    start: Decimal | None
    steps: tuple[Step, ...] = ()
    flags: frozenset[Flag] = frozenset()
    progress: Progress | None = None
    expected: Decimal | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def decided_by(self) -> Step | None:
        """The step that gave the grade, or that could not be taken."""
        return self.steps[-1] if self.steps else None
