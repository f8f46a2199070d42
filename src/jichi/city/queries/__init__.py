"""Every read of the city room, each given the viewer."""

from .organisation import (
    current_city,
    department_for,
    departments_for,
    fiscal_year_start_month,
    forget_city,
    wards,
)
from .people import people_for, person_for
from .trail import TrailFilter, actor_words, trail_for

__all__ = [
    "TrailFilter",
    "actor_words",
    "current_city",
    "department_for",
    "departments_for",
    "fiscal_year_start_month",
    "forget_city",
    "people_for",
    "person_for",
    "trail_for",
    "wards",
]
