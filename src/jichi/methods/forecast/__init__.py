"""Where a yearly figure will stand, from a handful of values, with honest widths.

Six to ten yearly values do not tell how much a figure moves; many figures together do. :func:`calibrate`
learns from an archive of series how far values strayed from what the steps before them suggested, and
:func:`forecast` gives for one series a distribution whose intervals hold as often as they say: its median,
its intervals, and the probability that a target is met by its year. Where nothing can be said the answer is
:class:`NotAssessable` with the reason.

"As often as they say" is meant over many figures like those of the archive. A kind of figure that is steadier
than they are gets intervals that are too wide, a livelier one gets too narrow ones.
"""

from __future__ import annotations

from .calibrating import LEAST_SERIES, PLAN, SIZES, Calibration, calibrate
from .fitting import LEVELS, Table
from .predicting import Forecast, ForecastReason, Interval, NotAssessable, forecast
from .prior import PRIOR
from .series import ForecastError, Series

__all__ = [
    "LEAST_SERIES",
    "LEVELS",
    "PLAN",
    "PRIOR",
    "SIZES",
    "Calibration",
    "Forecast",
    "ForecastError",
    "ForecastReason",
    "Interval",
    "NotAssessable",
    "Series",
    "Table",
    "calibrate",
    "forecast",
]
