"""What the map of one cloud of people would look like: the same statements, votes and shape, and no groups.

References
----------
Tibshirani, R., Walther, G. and Hastie, T. (2001). Estimating the number of clusters in a data set via the gap
statistic. Journal of the Royal Statistical Society B 63, 411-423 (a reference without groups).

Bartholomew, D., Knott, M. and Moustaki, I. (2011). Latent Variable Models and Factor Analysis, 3rd edition,
Wiley (ordered answers to one cloud of people).

Hartigan, J. A. and Hartigan, P. M. (1985). The dip test of unimodality. Annals of Statistics 13, 70-84 (an
even spread is the least favourable of all with one mode).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from .resampling import Frame, Redrawn

__all__ = ["Cloud", "fitted"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_FITS = 8
_PEOPLE = 600  # so many at least are drawn for each fit, or chance would decide how far the cloud spreads
_MOST_DRAWN = 6
_STEEPEST = 4.0  # or a cloud would vote as two camps do: people in the middle must show somewhere


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cloud:
    """One cloud of people who vote on the statements that were voted on.

    Attributes
    ----------
    pull
        (m, 2), how steeply an inclination follows the person's two coordinates.
    even
        Whether people are spread evenly along the first axis, as on a continuum from one end to the other,
        and not normally about the middle.
    """

    pull: Floats
    even: bool

    def people(self, size: int, rng: np.random.Generator, *, exact: bool = False) -> Floats:
        """(size, 2), coordinates drawn; ``exact``: spread as the law says, only their pairing by chance."""
        if exact:
            grid = (np.arange(size) + 0.5) / size
            chances = np.stack([rng.permutation(grid), rng.permutation(grid)], axis=1)
        else:
            chances = rng.random((size, 2))
        found: Floats = ndtri(np.clip(chances, 1e-12, 1.0 - 1e-12))
        if self.even:
            found[:, 0] = (chances[:, 0] - 0.5) * np.sqrt(12.0)
        return found

    def votes(self, frame: Frame, rng: np.random.Generator, *, exact: bool = False) -> Floats:
        """Votes of people drawn from the cloud, on the same statements as the real ones.

        Each statement gets exactly its own numbers of agree, pass and disagree: they go to people in order of
        their inclinations.
        """
        columns = frame.votes.columns
        people = self.people(len(frame.scale), rng, exact=exact)
        inclined = (people[frame.rows] * self.pull[columns]).sum(axis=1) + rng.standard_normal(len(columns))
        found = np.empty(len(columns))
        # a statement's number outweighs every inclination, and there are far fewer than 2^20 statements
        found[np.argsort(columns + 0.5 * inclined / (1.0 + np.abs(inclined)))] = _ascending(frame)
        return found


def _ascending(frame: Frame) -> Floats:
    """All votes by statement, and disagree, pass, agree within each."""
    kinds = frame.votes.columns.astype(np.int64) * 3 + frame.votes.values + 1
    counts = np.bincount(kinds, minlength=3 * len(frame.kept))
    found: Floats = np.repeat(np.tile([-1.0, 0.0, 1.0], len(frame.kept)), counts)
    return found


def _spread(drawn: Redrawn, counted: npt.NDArray[np.bool_]) -> Floats:
    found: Floats = drawn.points[counted].var(axis=0)
    return found


def fitted(
    frame: Frame, drawn: Redrawn, counted: npt.NDArray[np.bool_], *, even: bool, seed: tuple[int, ...]
) -> Cloud:
    """The cloud whose map spreads as far along both axes as the real one's.

    Notes
    -----
    The loadings of the real axes say how statements follow a person's coordinates, and one factor for each
    axis is fitted by drawing votes, always from the same random numbers, and comparing spreads.
    """
    columns, values = frame.votes.columns, frame.votes.values
    width, people = len(frame.kept), len(frame.scale)
    total = np.bincount(columns, minlength=width) + 1.5
    squares = np.bincount(columns, (values - drawn.means[columns]) ** 2, width) / total
    shape = drawn.loadings / np.sqrt(np.maximum(squares, 1e-6))[:, None]
    shape /= np.sqrt(np.maximum((shape**2).mean(axis=0), 1e-300))
    wanted, everybody = _spread(drawn, counted), np.ones(people)
    factor, step = np.full(2, 0.5), np.full(2, 1.0)
    times = min(max(-(-_PEOPLE // max(people, 1)), 1), _MOST_DRAWN)
    before = np.zeros(2)
    for _ in range(_FITS):
        cloud = Cloud(pull=_bounded(shape * factor), even=even)
        spreads = [
            _spread(
                frame.redraw(cloud.votes(frame, np.random.default_rng([*seed, time]), exact=True), everybody),
                counted,
            )
            for time in range(times)
        ]
        miss = np.log(np.maximum(wanted, 1e-12) / np.maximum(np.mean(spreads, axis=0), 1e-12))
        step = np.where(miss * before < 0, step * 0.6, step * 1.1)
        factor = np.clip(factor * np.exp(np.clip(step * miss, -1.0, 1.0)), 1e-3, 20.0)
        before = miss
    return Cloud(pull=_bounded(shape * factor), even=even)


def _bounded(pull: Floats) -> Floats:
    size = np.sqrt((pull**2).sum(axis=1, keepdims=True))
    found: Floats = pull * np.where(size > _STEEPEST, _STEEPEST / np.maximum(size, 1e-12), 1.0)
    return found
