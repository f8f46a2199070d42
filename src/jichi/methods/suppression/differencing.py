"""What readers learn from several releases together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from .deciding import attack_pattern
from .joining import Source
from .system import build
from .values import Finding, Key, Release, Rule

__all__ = ["differencing"]


def differencing(
    earlier: Sequence[Release],
    later: Release,
    *,
    rule: Rule = Rule(),  # noqa: B008 - frozen
) -> tuple[Finding, ...]:
    """The cells about which the releases together tell more than they may.

    Parameters
    ----------
    earlier : sequence of Release
        What has been published.
    later : Release
        What is about to be.

    Returns
    -------
    tuple of Finding
        ``recoverable`` and ``narrowed``: small cells of any of the releases, and cells hidden in the later
        one, whose interval is too narrow for readers who have all releases. ``small_change``: cells shown
        in two releases with numbers of units that differ by less than the threshold: those few can be told
        from the others. Empty: the later release adds nothing that it should not.

    Raises
    ------
    SuppressionError
        Input that cannot be used, with every problem found.

    Notes
    -----
    Cells of two releases with one value are taken to be one cell, also where they are hidden: a reader may
    guess so. Cells whose value changed are two, each in the sums of its own release.
    """
    system = build(later.tables, rule=rule, relations=later.relations, published=earlier)
    proof = attack_pattern(system, later.tables, later.hidden, exact=False)
    homes = {system.name(int(cell)): system.home(int(cell)) for cell in np.flatnonzero(system.need > 0)}
    findings = []
    for ref in proof.failures:
        interval = proof.intervals[ref]
        release, (table, key) = homes.get(ref, ("", ref))
        computable = interval.width <= 1e-6 * max(1.0, abs(interval.low))
        findings.append(
            Finding(
                code="recoverable" if computable else "narrowed",
                release=release or later.name,
                table=table,
                key=key,
                params={"low": interval.low, "high": interval.high, "need": interval.need},
            )
        )
    now = [source for source in system.sources if not source.release and not source.across]
    before = [source for source in system.sources if source.release]
    return tuple(findings) + tuple(_small_changes(before, now, later, rule))


def _small_changes(
    before: Sequence[Source], now: Sequence[Source], later: Release, rule: Rule
) -> Iterator[Finding]:
    """Cells shown in an earlier release and in the later one whose units differ by a small number."""
    seen: dict[tuple[object, ...], list[tuple[str, float, float]]] = {}
    for source in before:
        for identity, cell in _shown(source):
            numbers = float(source.lattice.value[cell]), float(source.lattice.count[cell])
            seen.setdefault(identity, []).append((source.release, *numbers))
    for source in now:
        for identity, cell in _shown(source):
            for release, value, count in seen.get(identity, ()):
                if 0 < abs(float(source.lattice.count[cell]) - count) < rule.threshold:
                    table, key = _printed_name(source, cell)
                    yield Finding(
                        code="small_change",
                        release=later.name,
                        table=table,
                        key=key,
                        params={
                            "before": value,
                            "after": float(source.lattice.value[cell]),
                            "earlier": release,
                        },
                    )


def _shown(source: Source) -> Iterator[tuple[tuple[object, ...], int]]:
    """The identity of each cell shown in a release, and its number in the lattice."""
    for cell in np.flatnonzero(source.shown).tolist():
        yield (source.lattice.measure, source.lattice.pairs(cell)), cell


def _printed_name(source: Source, cell: int) -> tuple[str, Key]:
    """A printed table in which the cell stands."""
    return next(
        (table.name, table.cells[at].key)
        for table in source.lattice.tables
        if table.printed
        for at in np.flatnonzero(source.lattice.where[table.name] == cell)[:1].tolist()
    )
