"""Whether the survey that measures a figure can judge its target, said before anybody judges."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.figures.models import Binding, Observation, SourceKind
from jichi.methods.proportions import METHOD
from jichi.methods.surveys.planning.targets import TargetCode, assess_target
from jichi.methods.surveys.planning.waves import Wave
from jichi.plan.models import Point

from .sentences import sentence

# What an interval's method says after the name and the level: no design effect, or the one that was printed.
_PLAIN, _EFFECT = "srs", "deff="
# What a reader of a figure's page can do nothing with; it is for whoever plans the survey.
_UNSAID = {TargetCode.NEEDED_FOR_STEP, TargetCode.NEEDED_FOR_WAY}


def measuring_wave(row: Observation) -> Wave | None:
    """The survey behind a value as far as its interval tells: answers and design effect; None for others."""
    name, _slash, rest = row.interval_method.partition("/")
    _level, _slash, made = rest.partition("/")
    if name != METHOD or not row.n:
        return None
    if made == _PLAIN:
        return Wave(n=row.n)
    return (
        Wave(n=row.n, design_effect=float(made.removeprefix(_EFFECT))) if made.startswith(_EFFECT) else None
    )


def survey_years(binding: Binding | None, start: int, end: int) -> list[int]:
    """The years of the surveys after ``start``, until ``end``: each year, or as the figure's source says."""
    every = 1 if binding is None else binding.every_years
    anchor = start if binding is None or not binding.first_year else binding.first_year
    return [year for year in range(start + 1, end + 1) if (year - anchor) % every == 0]


def target_words(
    rows: Sequence[Observation], start: Point | None, target: Point | None, binding: Binding | None
) -> list[str | SafeString]:
    """Sentences on whether a percentage's target can be judged; none where it is no survey's or has no way.

    ``rows`` are the values of the promised definition, the newest last.
    """
    newest = next((row for row in reversed(rows) if row.value is not None), None)
    if newest is None or target is None or target.value is None:
        return []
    if newest.source_kind == SourceKind.OTHER_SURVEY:
        return [_("The survey cannot judge the target: those asked were not drawn by lot.")]
    wave = measuring_wave(newest)
    if wave is None or start is None or start.value is None:
        return []
    first, last = start.fiscal_year, target.fiscal_year
    if first is None or last is None or last <= first:
        return []
    years = survey_years(binding, first, last)
    shares = [float(value / 100) for value in (start.value, target.value)]
    if not years or not all(0 <= share <= 1 for share in shares):
        return []
    found = assess_target(shares[0], shares[1], first, last, wave, survey_years=years)
    return [sentence(one) for one in found.findings if one.code not in _UNSAID]


def is_percentage(unit: str) -> bool:
    """Whether a figure's unit is that of a share."""
    return unit in {"%", "％"}
