"""The bootstrap: the survey drawn again from itself, many times.

References
----------
Rao, J. N. K. and Wu, C. F. J. (1988). Resampling inference with complex survey data. Journal of the American
Statistical Association 83, 231-241.

Canty, A. J. and Davison, A. C. (1999). Resampling-based variance estimation for labour force surveys. The
Statistician 48, 379-391.

Preston, J. (2009). Rescaled bootstrap for stratified multistage sampling. Survey Methodology 35, 227-234.
"""

from __future__ import annotations

import hashlib

import numpy as np

from ..checking import whole
from ..choices import chosen
from ..designs.design import Design, SingleUnit, counted
from ..errors import SurveyError
from ..weighting.stacks import Factor, Stack
from .replicates import Replicates, readjusted
from .resampling import Bootstrap, multipliers

__all__ = ["Bootstrap", "bootstrap"]

_FEWEST = 2


def bootstrap(
    design: Design,
    *,
    replicates: int = 500,
    rng: np.random.Generator | int | None = None,
    kind: Bootstrap | str = Bootstrap.RAO_WU,
    mse: bool = False,
    adjust: bool = True,
    drop: bool = False,
    df: float | None = None,
) -> Replicates:
    r"""Replicates that draw the units of the sample again at random.

    Parameters
    ----------
    design
        The sample.
    replicates
        How many, at least 2.
    rng
        Random numbers, or a seed; None: a seed that nobody knows, which is then recorded.
    kind
        Which bootstrap, see :class:`Bootstrap`.
    mse
        Deviations are from the full estimate; else from the mean over replicates.
    adjust
        Post-stratify, rake or calibrate every replicate again where the design was.
    drop
        Leave out replicates that cannot be adjusted because a group has no rows left in them, instead of
        refusing.
    df
        Degrees of freedom other than the design's, or than one fewer than the replicates.

    Returns
    -------
    Replicates
        ``seed`` tells what to give as ``rng`` to draw the same again, or the state that the numbers had.

    Raises
    ------
    SurveyError
        ``replicates-too-few``, ``choice``, ``rng``; ``replicate-group-empty`` and the like where a replicate
        cannot be adjusted.

    Notes
    -----
    With :math:`r_i` the times unit i of :math:`n` in its stratum is drawn in :math:`n - 1` draws, ``RAO_WU``
    multiplies its weight by :math:`1 - \lambda + \lambda \frac{n}{n-1} r_i`, where
    :math:`\lambda = \sqrt{1 - n/N}`.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> design = make_design(weights=[2.0] * 20)
    >>> first, second = (bootstrap(design, replicates=10, rng=7) for _ in range(2))
    >>> bool((first.weights == second.weights).all())
    True
    """
    choice = chosen(Bootstrap, kind, "kind")
    replicates = whole(replicates, _FEWEST, "replicates", code="replicates-too-few")
    generator, seed = _started(rng)
    factor = multipliers(design, choice, replicates, generator)
    stack = _adjusted(design, factor, adjust=adjust, drop=drop)
    notes = _left_out(design, choice) + (("replicates-dropped",) if stack.size < replicates else ())
    return Replicates(
        design=design,
        stack=stack,
        scale=_scale(design, choice) / (stack.size - 1),
        rscales=np.ones(stack.size),
        mse=mse,
        df=float(min(design.df, stack.size - 1) if df is None else df),
        method=f"bootstrap-{choice}",
        seed=seed,
        notes=notes,
    )


def _started(rng: np.random.Generator | int | None) -> tuple[np.random.Generator, str]:
    """Random numbers, and what to write down so that they can be had again."""
    if isinstance(rng, np.random.Generator):
        state = repr(rng.bit_generator.state).encode()
        return rng, f"{type(rng.bit_generator).__name__}:{hashlib.sha256(state).hexdigest()}"
    seed = np.random.SeedSequence().entropy if rng is None else whole(rng, 0, "rng", code="rng")
    return np.random.default_rng(seed), str(seed)


def _adjusted(design: Design, factor: Factor, *, adjust: bool, drop: bool) -> Stack:
    """Replicates brought to the known totals, without those that cannot be, where they may be left out."""
    try:
        return readjusted(design, factor, factor.table.shape[1], adjust=adjust)
    except SurveyError as error:
        lost = error.params.get("replicates")
        if not drop or not isinstance(lost, list) or factor.table.shape[1] - len(lost) < _FEWEST:
            raise
    left = Factor(table=np.delete(factor.table, lost, axis=1), codes=factor.codes)
    return _adjusted(design, left, adjust=adjust, drop=drop)


def _scale(design: Design, kind: Bootstrap) -> float:
    """What the sum of squares counts, times one fewer than the replicates."""
    if kind is not Bootstrap.CANTY_DAVISON:
        return 1.0
    mean_size = 1 / float(np.mean(1 / design.stages[0].sampled))
    return mean_size / (mean_size - 1) if mean_size > 1 else 1.0


def _left_out(design: Design, kind: Bootstrap) -> tuple[str, ...]:
    """Codes of what the replicates do not hold of how the sample was drawn."""
    first = design.stages[0]
    limited = np.isfinite(first.population).any()
    codes = []
    if kind is Bootstrap.SUBBOOTSTRAP and limited:
        codes.append("correction-left-out")
    elif kind is not Bootstrap.MRB and limited and len(counted(design.stages)) > 1:
        codes.append("later-stages-left-out")
    if first.is_single.any() and design.single_unit is not SingleUnit.CERTAINTY:
        codes.append("single-units-left-out")
    return tuple(codes)
