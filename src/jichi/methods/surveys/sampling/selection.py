"""Drawing a stratified sample, in one stage or two, and what was drawn with which probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..designs.design import Design, SingleUnit, make_design
from ..errors import SurveyError, listed
from ..planning.allocation import allocate
from .draws import Drawer
from .plans import FirstStage, Plan, Short
from .registers import Register
from .steps import Drawn, drawn_groups, drawn_people, in_reserve

__all__ = ["Sample", "draw_sample"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Who was drawn. Arrays have one entry for each, sorted by stratum, cluster and key.

    Attributes
    ----------
    rows
        Shape (m,): places in the register as it was given, from 0.
    keys, strata, clusters
        Their labels.
    probabilities
        Shape (m, 2): of the cluster to be drawn, and of the person once the cluster is; the first is 1
        without clusters.
    certain
        Shape (m,): the cluster was drawn for certain.
    clusters_there, people_there
        Shape (m,): how many clusters the stratum has, and how many eligible people the cluster (without
        clusters: the stratum).
    reserve
        Keys in the order in which they are to be asked, by stratum and cluster.
    plan
        How it was drawn; numbers by stratum.
    seed
        What it was drawn with.
    register
        What it was drawn from.
    """

    rows: npt.NDArray[np.int64]
    keys: npt.NDArray[np.str_]
    strata: npt.NDArray[np.str_]
    clusters: npt.NDArray[np.str_]
    probabilities: Floats
    certain: npt.NDArray[np.bool_]
    clusters_there: npt.NDArray[np.int64]
    people_there: npt.NDArray[np.int64]
    reserve: Mapping[tuple[str, str], tuple[str, ...]]
    plan: Plan
    seed: str
    register: Register

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def weights(self) -> Floats:
        """Shape (m,): how many people of the register each stands for."""
        found: Floats = 1 / self.probabilities.prod(axis=1)
        return found

    @property
    def is_self_weighting(self) -> bool:
        """Whether everybody in a stratum weighs the same."""
        weights = self.weights
        least = {name: weights[self.strata == name].min() for name in np.unique(self.strata).tolist()}
        return bool(np.allclose(weights, [least[name] for name in self.strata.tolist()], rtol=1e-12))

    def design(self, *, single_unit: SingleUnit | str = SingleUnit.REFUSE) -> Design:
        """The sample as it is analysed, everybody having answered.

        ``single_unit``: see :func:`.design.make_design`.

        Notes
        -----
        A systematic draw counts as one by lots, and clusters drawn with ``PPS`` as drawn with replacement:
        both variances are mostly a little too large. A cluster drawn for certain is a stratum, its people
        the units.
        """
        people = self.people_there.astype(np.float64)
        if not self.register.has_clusters:
            return make_design(weights=self.weights, strata=self.strata, fpc=people, single_unit=single_unit)
        if self.plan.first_stage is not FirstStage.PPS:
            return make_design(
                weights=self.weights,
                strata=self.strata,
                clusters=[self.clusters, self.keys],
                fpc=[self.clusters_there.astype(np.float64), people],
                single_unit=single_unit,
            )
        alone = self.certain
        strata = np.where(alone, np.char.add(np.char.add(self.strata, "\t"), self.clusters), self.strata)
        units = np.where(alone, np.char.add("person\t", self.keys), np.char.add("cluster\t", self.clusters))
        fpc = np.where(alone, people, np.inf)
        return make_design(
            weights=self.weights,
            strata=strata,
            clusters=units,
            fpc=fpc if alone.any() else None,
            single_unit=single_unit,
        )


def draw_sample(register: Register, plan: Plan, *, seed: str) -> Sample:
    """Draw a stratified sample.

    Parameters
    ----------
    register
        From :func:`.registers.make_register`.
    plan
        How many, and how.
    seed
        Any printable text. Nobody should have been able to choose it knowing what it draws: publish the
        register's fingerprint first, and take the seed from a lottery drawn later, or from several parties.

    Returns
    -------
    Sample

    Raises
    ------
    SurveyError
        ``seed``, ``strata-empty`` (planned, but nobody eligible), ``strata-unplanned``,
        ``stratum-too-small``, ``cluster-too-small``, ``addresses-missing``, ``plan-needs-clusters``.

    Notes
    -----
    The algorithm is that of :mod:`.draws`. What is drawn of one stratum depends on that stratum's people,
    the seed and the plan, and on nothing else. A million people take a few seconds.

    Examples
    --------
    >>> from jichi.methods.surveys.sampling import Plan, make_register
    >>> register = make_register([f"p{number}" for number in range(1000)])
    >>> sample = draw_sample(register, Plan(per_stratum={"": 3}), seed="2026-11-26 lottery 7-13-21")
    >>> sample.weights.round(6).tolist()
    [333.333333, 333.333333, 333.333333]
    """
    if not isinstance(seed, str) or not seed or not seed.isprintable():
        raise SurveyError(
            "seed",
            "seed is printable text, not empty; of spaces only the plain one counts as printable",
            parameter="seed",
        )
    if plan.one_per_address and not register.has_addresses:
        raise SurveyError("addresses-missing", "one_per_address needs the register's addresses")
    if plan.first_stage is FirstStage.PPS and not register.has_clusters:
        raise SurveyError("plan-needs-clusters", "PPS draws clusters, which the register does not have")
    strata = _strata(register)
    settled = _settled(plan, strata, register)
    drawer = Drawer(seed)
    drawn: list[Drawn] = []
    reserve: dict[tuple[str, str], tuple[str, ...]] = {}
    short: list[str] = []
    for name in sorted(strata):
        for group in drawn_groups(drawer, settled, register, name, strata[name]):
            if group.wanted > (there := group.available(settled)) and settled.short is Short.REFUSE:
                short.append(f"{group.cluster or group.stratum} ({there} of {group.wanted})")
                continue
            chosen = drawn_people(drawer, settled, group)
            drawn.extend(chosen)
            if settled.reserve:
                reserve[group.stratum, group.cluster] = in_reserve(drawer, settled, group, chosen)
    if short:
        raise SurveyError(
            "cluster-too-small",
            f"{listed(short)} has fewer people than are to be drawn of it (counting one of an address, where"
            " so planned): join small clusters, draw fewer, or choose short='take-all'",
            groups=short,
        )
    return _sample(register, settled, seed, drawn, reserve)


def _strata(register: Register) -> dict[str, dict[str, npt.NDArray[np.int64]]]:
    """Eligible rows by stratum and cluster."""
    rows = np.flatnonzero(register.eligible)
    width = len(register.clusters.names)
    both = register.strata.codes[rows] * width + register.clusters.codes[rows]
    order = np.argsort(both, kind="stable")
    cells, starts = np.unique(both[order], return_index=True)
    found: dict[str, dict[str, npt.NDArray[np.int64]]] = {}
    for cell, part in zip(cells.tolist(), np.split(rows[order], starts[1:]), strict=True):
        stratum, cluster = register.strata.names[cell // width], register.clusters.names[cell % width]
        found.setdefault(stratum, {})[cluster] = part
    return found


def _settled(
    plan: Plan, strata: Mapping[str, Mapping[str, npt.NDArray[np.int64]]], register: Register
) -> Plan:
    """The plan with a number for each stratum, each of which can be drawn."""
    people = {name: sum(map(len, clusters.values())) for name, clusters in strata.items()}
    there = {name: len(clusters) for name, clusters in strata.items()} if register.has_clusters else people
    if isinstance(plan.per_stratum, int):
        names = sorted(strata)
        by = people if plan.first_stage is FirstStage.PPS else there
        found = allocate(plan.per_stratum, [by[name] for name in names], strata=names)
        wanted = dict(zip(names, found.n.tolist(), strict=True))
    else:
        wanted = dict(plan.per_stratum)
    if empty := sorted(set(wanted) - set(strata)):
        raise SurveyError(
            "strata-empty", f"nobody eligible is in stratum {listed(empty)}: leave it out", groups=empty
        )
    if unplanned := sorted(set(strata) - set(wanted)):
        raise SurveyError(
            "strata-unplanned",
            f"stratum {listed(unplanned)} has eligible people, but no number to draw: give one, or exclude"
            " its people and say why",
            groups=unplanned,
        )
    small = [
        f"{name} ({there[name]} of {number})"
        for name, number in sorted(wanted.items())
        if number > there[name]
    ]
    if small:
        kind = "clusters" if register.has_clusters else "eligible people"
        raise SurveyError(
            "stratum-too-small",
            f"stratum {listed(small)} has fewer {kind} than are to be drawn: draw fewer, or join strata",
            groups=[name for name, number in sorted(wanted.items()) if number > there[name]],
        )
    return Plan(
        per_stratum=wanted,
        take=plan.take if register.has_clusters else None,
        first_stage=plan.first_stage,
        one_per_address=plan.one_per_address,
        reserve=plan.reserve,
        short=plan.short,
    )


def _sample(
    register: Register,
    plan: Plan,
    seed: str,
    drawn: Sequence[Drawn],
    reserve: Mapping[tuple[str, str], tuple[str, ...]],
) -> Sample:
    found = sorted(drawn, key=lambda one: (one.group.stratum, one.group.cluster, one.key))
    rows = np.array([one.group.people.rows[one.key] for one in found], dtype=np.int64)
    return Sample(
        rows=rows,
        keys=register.keys[rows],
        strata=np.array(register.strata.of(rows)),
        clusters=np.array(register.clusters.of(rows)),
        probabilities=np.array([[float(one.group.probability), float(one.probability)] for one in found]),
        certain=np.array([one.group.certain for one in found]),
        clusters_there=np.array([one.group.clusters_there for one in found], dtype=np.int64),
        people_there=np.array([len(one.group.people.rows) for one in found], dtype=np.int64),
        reserve=reserve,
        plan=plan,
        seed=seed,
        register=register,
    )
