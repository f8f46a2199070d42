"""How a sample is to be drawn: how many of each stratum, in one stage or two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from ..errors import SurveyError, listed

__all__ = ["FirstStage", "Plan", "Short"]


class FirstStage(StrEnum):
    """How units of the first stage are drawn in each stratum.

    ``LOTS``: each as likely, by lots. ``SYSTEMATIC``: each as likely, at equal steps along their sorted
    labels, so that the sample is spread over them. ``PPS``: clusters at equal steps along their eligible
    people, so that a cluster twice as large is twice as likely; with the same number of people from each,
    all people of a stratum are as likely. A cluster so large that it would be drawn twice is drawn for
    certain and is a stratum of its own.
    """

    LOTS = "lots"
    SYSTEMATIC = "systematic"
    PPS = "pps"


class Short(StrEnum):
    """What to do with a cluster that has fewer people than are to be drawn of it."""

    REFUSE = "refuse"
    TAKE_ALL = "take-all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a sample is to be drawn.

    Parameters
    ----------
    per_stratum
        How many clusters (in a register without clusters: people) of each stratum, at least 1; a single
        number: so many in all, shared out in proportion to how many there are (with ``PPS``: to people), at
        least two each.
    take
        How many people of each drawn cluster; None: all. Not used without clusters.
    first_stage
        See :class:`FirstStage`.
    one_per_address
        At most one person of an address. People stay as likely as each other within a cluster, but for
        addresses of so many people that one is drawn for certain: there each person is less likely, and
        weighs more.
    reserve
        How many more of each drawn cluster (without clusters: of each stratum) to hold in reserve, in the
        order in which they are to be asked. Whoever takes another's place has that one's weight, and
        nonresponse is not mended by it.
    short
        See :class:`Short`.

    Raises
    ------
    SurveyError
        ``plan-number`` with what is out of range, ``plan-strata`` if two are written alike, ``choice``.
    """

    per_stratum: Mapping[str, int] | int
    take: int | None = None
    first_stage: FirstStage = FirstStage.LOTS
    one_per_address: bool = False
    reserve: int = 0
    short: Short = Short.REFUSE

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "first_stage", FirstStage(self.first_stage))
            object.__setattr__(self, "short", Short(self.short))
        except ValueError as wrong:
            raise SurveyError(
                "choice",
                f"{wrong}: first_stage is one of {', '.join(FirstStage)}, short one of {', '.join(Short)}",
            ) from None
        if not isinstance(self.one_per_address, bool):
            raise SurveyError(
                "choice",
                f"one_per_address is {self.one_per_address!r}: say True or False",
                parameter="one_per_address",
            )
        for name in ("per_stratum", "take", "reserve"):
            object.__setattr__(self, name, _plain(getattr(self, name)))
        if isinstance(self.per_stratum, Mapping):
            numbers = {str(name): _plain(number) for name, number in self.per_stratum.items()}
            if len(numbers) < len(self.per_stratum):
                raise SurveyError(
                    "plan-strata",
                    f"two strata of per_stratum are written alike: {listed(self.per_stratum)}",
                    parameter="per_stratum",
                )
            object.__setattr__(self, "per_stratum", numbers)
            wanted = {f"per_stratum[{name}]": (number, 1) for name, number in numbers.items()}
            if not wanted:
                wanted = {"per_stratum": (0, 1)}
        else:
            wanted = {"per_stratum": (self.per_stratum, 1)}
        wanted["reserve"] = (self.reserve, 0)
        if self.take is not None:
            wanted["take"] = (self.take, 1)
        wrong_ones = [
            f"{name} {number!r}"
            for name, (number, least) in wanted.items()
            if not isinstance(number, int) or isinstance(number, bool) or number < least
        ]
        if wrong_ones:
            raise SurveyError(
                "plan-number",
                f"{listed(wrong_ones)}: give whole numbers, of at least 1 (reserve: of at least 0)",
                parameters=wrong_ones,
            )


def _plain(number: Any) -> Any:
    """A whole number of any kind as the one that a record holds; anything else as it is."""
    return int(number) if isinstance(number, np.integer) else number
