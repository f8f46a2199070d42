"""Balanced repeated replication: half of a sample of pairs at a time, in patterns that cancel out.

References
----------
McCarthy, P. J. (1969). Pseudo-replication: half samples. Review of the International Statistical Institute
37, 239-264.

Judkins, D. R. (1990). Fay's method for variance estimation. Journal of Official Statistics 6, 223-239.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from ..checking import is_number
from ..designs.design import Design
from ..errors import SurveyError, listed
from ..weighting.stacks import Factor
from .replicates import Replicates, readjusted

__all__ = ["balanced_halves"]


def balanced_halves(
    design: Design, *, fay: float = 0.0, mse: bool = False, adjust: bool = True, df: float | None = None
) -> Replicates:
    r"""Replicates of a sample that has two first-stage units in each stratum.

    Parameters
    ----------
    design
        The sample.
    fay
        How much of the weight the left-out unit keeps, 0 to below 1; 0: none. With 0.3 or 0.5 no group loses
        all its rows.
    mse
        Deviations are from the full estimate; else from the mean over replicates.
    adjust
        Post-stratify, rake or calibrate every replicate again where the design was.
    df
        Degrees of freedom other than the design's.

    Raises
    ------
    SurveyError
        ``strata-not-pairs``, naming the strata; ``fay``; ``replicate-group-empty`` and the like where a
        replicate cannot be adjusted.

    Notes
    -----
    Weights are multiplied by :math:`1 \pm (1 - \rho) \sqrt{1 - n/N}`, with signs from a Hadamard matrix of
    the first power of two that is above the number of strata; the variance is the mean square over
    :math:`(1 - \rho)^2`. For a total it is the linearised variance of the first stage exactly.

    Examples
    --------
    >>> from jichi.methods.surveys.designs.design import make_design
    >>> pairs = make_design(weights=[1.0, 1, 1, 1], strata=["a", "a", "b", "b"])
    >>> balanced_halves(pairs, fay=0.5).weights[:2].tolist()
    [[1.5, 0.5, 1.5, 0.5], [0.5, 1.5, 0.5, 1.5]]
    """
    first = design.stages[0]
    if not (is_number(fay) and 0 <= fay < 1):
        raise SurveyError("fay", f"fay lies between 0 and below 1, not at {fay}", parameter="fay", value=fay)
    odd = first.sampled != 2
    if odd.any():
        groups = [first.strata.names[place] for place in np.flatnonzero(odd)]
        raise SurveyError(
            "strata-not-pairs",
            f"stratum {listed(groups)} has not two sampled units: join or split strata into pairs, or use the"
            " jackknife or the bootstrap",
            groups=groups,
        )
    strata = first.strata.size
    size = 1 << strata.bit_length()
    signs = linalg.hadamard(size)[:, 1 : strata + 1].T.astype(np.float64)
    reach = (1 - fay) * np.sqrt(np.maximum(first.fraction_left, 0.0))
    order = np.argsort(first.unit_stratum, kind="stable")
    side = np.empty(first.n_units)
    side[order] = np.tile([1.0, -1.0], strata)
    table = 1 + (side * reach[first.unit_stratum])[:, np.newaxis] * signs[first.unit_stratum]
    return Replicates(
        design=design,
        stack=readjusted(design, Factor(table=table, codes=first.units), size, adjust=adjust),
        scale=1 / (size * (1 - fay) ** 2),
        rscales=np.ones(size),
        mse=mse,
        df=float(design.df if df is None else df),
        method="balanced-halves",
    )
