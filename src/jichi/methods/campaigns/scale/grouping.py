"""Grouping over a distributed engine: the stages of one machine, each as a kernel and a verb.

References
----------
Dean, J. and Ghemawat, S. (2008). MapReduce: simplified data processing on large clusters. Communications of
the ACM 51, 107-113.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from jichi.methods.campaigns.rules import Rule
from jichi.methods.campaigns.scale import assembling, forms, neighbourhoods
from jichi.methods.campaigns.scale.batches import Batch, Blobs, blobs, numbers
from jichi.methods.campaigns.scale.components import components, once
from jichi.methods.campaigns.scale.engine import Engine, Table
from jichi.methods.texts.checking import check_ids

__all__ = ["Apart", "group_apart", "sets_of", "submissions_in"]

_BITS = 6  # buckets of an order, as a power of two
_BATCH = 20_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Apart:
    """Where each submission went.

    Attributes
    ----------
    ids
        The submissions, in no order.
    keys
        The key of the set of each, as a grouping on one machine gives it.
    """

    ids: Sequence[str]
    keys: Sequence[str]


def submissions_in(ids: Sequence[str], texts: Sequence[str], *, rows: int = _BATCH) -> Iterator[Batch]:
    """Submissions as batches; one without rows where there are none."""
    names, held = check_ids(ids, texts)
    for low in range(0, max(1, len(names)), rows):
        yield {
            "id": Blobs.of([name.encode("utf-8", "surrogatepass") for name in names[low : low + rows]]),
            "text": Blobs.of([text.encode("utf-8", "surrogatepass") for text in held[low : low + rows]]),
        }


def sets_of(
    engine: Engine[Table], submissions: Table, *, rule: Rule | None = None, bits: int = _BITS
) -> Table:
    """The set of each submission, all of it where the engine keeps it.

    Parameters
    ----------
    engine
        What does the work.
    submissions
        Columns ``id`` and ``text``, UTF-8.
    rule
        When two texts are near-duplicates; by default ``Rule()``.
    bits
        An order is cut into two to this power of buckets: so many that a bucket fits into a worker.

    Returns
    -------
    table
        Columns ``id``, and ``top`` and ``low``, which :func:`~.forms.digests_of` turns into keys of sets.

    Notes
    -----
    Submissions → distinct forms → each form's sketch in 32 sorted orders → pairs side by side → pairs
    measured on both texts → connected components → in each component the sets that one machine makes of it.
    """
    rule = rule or Rule()
    run, to = engine.group, engine.map_batches
    held = run(to(submissions, forms.forms_in), "form", forms.distinct_forms)
    links = _links(engine, held, rule, bits)
    labels = run(to(components(engine, links), assembling.with_least), "one", assembling.label_rows)
    rows = engine.together([labels, to(held, assembling.as_forms), to(links, assembling.as_links)])
    whole = run(
        run(rows, "key", assembling.labelled), "key", partial(assembling.sets_of_components, rule=rule)
    )
    names = to(to(submissions, forms.places_in), assembling.as_names)
    ends = engine.together([to(whole, assembling.as_tops), to(held, assembling.alone), names])
    return run(ends, "form", assembling.told)


def _links(engine: Engine[Table], held: Table, rule: Rule, bits: int) -> Table:
    """Pairs of forms that hold."""
    run, to = engine.group, engine.map_batches
    spread = to(held, partial(neighbourhoods.in_orders, rule=rule, bits=bits))
    near = run(spread, "bucket", partial(neighbourhoods.side_by_side, rule=rule, bits=bits))
    ends = engine.gather(to(near, neighbourhoods.edge_rows))
    across = engine.spread([neighbourhoods.pairs_across(ends, rule=rule, bits=bits)])
    pairs = run(engine.together([to(near, neighbourhoods.pair_rows), across]), "one", once)
    texts = to(held, neighbourhoods.as_texts)
    first = run(engine.together([texts, to(pairs, neighbourhoods.asking)]), "form", neighbourhoods.carried)
    return run(engine.together([texts, first]), "form", partial(neighbourhoods.measured, rule=rule))


def group_apart(
    engine: Engine[Table], submissions: Iterable[Batch], *, rule: Rule | None = None, bits: int = _BITS
) -> Apart:
    """The sets of submissions, found by an engine and brought here.

    Parameters
    ----------
    engine
        What does the work.
    submissions
        Batches of :func:`submissions_in`.
    rule, bits
        See :func:`sets_of`.

    Returns
    -------
    Apart
        The same sets, with the same keys, as :func:`~jichi.methods.campaigns.grouping.group` makes.
    """
    found = engine.gather(sets_of(engine, engine.spread(submissions), rule=rule, bits=bits))
    ids = tuple(name.decode("utf-8", "surrogatepass") for name in blobs(found, "id").strings())
    return Apart(ids=ids, keys=tuple(forms.digests_of(numbers(found, "top"), numbers(found, "low"))))
