"""Keeping the search index equal to what an anonymous reader may see.

The index is a projection: it is fed by the audit trail and may be built again from the start at any time.
Rows are compared and brought up to date one by one, so that a reader never meets an empty index.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from itertools import islice
from typing import Any

from django.db import connection, transaction

from jichi.city import registry
from jichi.city.models import City, Ward
from jichi.manifest import Problem, SearchDocument, SearchSource
from jichi.methods import bigrams

from . import engines
from .models import SearchEntry

BATCH = 200
EVERYTHING_STALE = frozenset({"city.city", "city.ward"})
"""Types whose change touches every entry: readings and names of the city itself."""

Pair = tuple[str, str]
Identity = tuple[str, str, str, str]


def sources() -> tuple[SearchSource, ...]:
    """What all rooms give to the index, lowest room first."""
    return tuple(source for room in registry.rooms() for source in room.search)


def rebuild(*, pause: bool = True) -> int:
    """Bring the whole index up to date with all sources; returns how many entries it holds.

    Entries that are already right are not touched; what no source gives any more is removed.
    """
    known = sources()
    spoken = readings()
    held = sum(bring(source, spoken=spoken, pause=pause) for source in known)
    orphans = SearchEntry.objects.exclude(source__in=[source.key for source in known])
    _remove(list(orphans.values_list("pk", flat=True)))
    if not engines.is_sound():
        engines.remake()
    return held


def read(entries: Sequence[Any]) -> None:
    """Bring up to date what the acts of ``entries`` changed (the trail's reader "search").

    A change of a thing that has a page of its own brings that page; any other change (a sentence, a yearly
    number, a whole plan) brings the sources that name its type.
    """
    pairs = {(entry.object_type, entry.object_id) for entry in entries}
    types = {object_type for object_type, _ in pairs}
    known = sources()
    claimed = {name for source in known for name in source.types}
    # An act on something no source names (an import, a set of edits undone) may touch all of its room.
    rooms = {entry.act.partition(".")[0] for entry in entries if entry.object_type not in claimed}
    spoken = readings()
    for source in known:
        whole = (
            types & EVERYTHING_STALE or types & set(source.types[1:]) or source.key.partition(".")[0] in rooms
        )
        mine = {pair for pair in pairs if pair[0] == source.types[0]}
        if whole or mine:
            bring(source, changed=None if whole else mine, spoken=spoken)


def bring(
    source: SearchSource,
    *,
    changed: set[Pair] | None = None,
    spoken: bigrams.Readings | None = None,
    pause: bool = True,
) -> int:
    """Make the entries of one source equal to its documents; ``changed`` narrows it to these things.

    Returns how many documents the source gave.
    """
    spoken = readings() if spoken is None else spoken
    documents: Iterator[SearchDocument] = iter(registry.resolve(source.documents)(changed))
    stale = SearchEntry.objects.filter(source=source.key)
    if changed is not None:
        stale = stale.filter(object_type=source.types[0], object_id__in=[pk for _, pk in changed])
    before = {
        (row[0], row[1], row[2]): row[3]
        for row in stale.values_list("object_type", "object_id", "language", "pk")
    }
    count = 0
    while batch := list(islice(documents, BATCH)):
        started = time.perf_counter()
        for document in batch:
            before.pop((document.object_type, document.object_id, document.language), None)
        wrote = _bring_batch(source.key, batch, spoken)
        count += len(batch)
        if pause and wrote and len(batch) == BATCH and connection.vendor == "sqlite":
            # Yield the write lock for as long as it was held, so that people's own writes come through.
            time.sleep(min(time.perf_counter() - started, 0.1))
    _remove(list(before.values()))
    return count


def readings() -> bigrams.Readings:
    """Words and how they are said: the city's own list and the names of its wards."""
    city = City.objects.first()
    found = {ward.name: ward.reading for ward in Ward.objects.all() if ward.reading}
    return bigrams.Readings({**found, **(city.readings if city else {})})


def _facts(document: SearchDocument, spoken: bigrams.Readings) -> dict[str, Any]:
    kana = spoken.in_kana(f"{document.title} {document.body}")
    digest = hashlib.sha256(repr((bigrams.VERSION, astuple(document), kana)).encode()).hexdigest()[:32]
    code = bigrams.normalise(document.code)
    return {
        "weight": document.weight,
        "code": code,
        "digest": digest,
        "url": document.url,
        "title": document.title[:400],
        "context": document.context[:400],
        "body": document.body,
        "compared": bigrams.comparable(f"{document.title} {document.code}\n{document.body}\n{kana}"),
        "compared_title": bigrams.comparable(document.title),
        "facets": engines.facets_of(language=document.language, source=document.source, code=code),
        "grams_title": bigrams.grams(document.title),
        "grams_body": bigrams.grams(f"{document.code}\n{document.body}"),
        "grams_reading": bigrams.grams(kana),
    }


def _bring_batch(source: str, batch: list[SearchDocument], spoken: bigrams.Readings) -> int:
    """Insert or update those of ``batch`` that differ from what stands, in one transaction."""
    wanted: dict[Identity, dict[str, Any]] = {
        (source, row.object_type, row.object_id, row.language): _facts(row, spoken) for row in batch
    }
    with transaction.atomic():
        stored = {
            (row.source, row.object_type, row.object_id, row.language): row
            for row in SearchEntry.objects.select_for_update()
            .filter(source=source, object_id__in={row.object_id for row in batch})
            .only("source", "object_type", "object_id", "language", "digest")
        }
        changed = [
            key for key, facts in wanted.items() if key in stored and stored[key].digest != facts["digest"]
        ]
        engines.forget([stored[key].pk for key in changed])
        rows = [
            SearchEntry(
                pk=stored[key].pk,
                source=key[0],
                object_type=key[1],
                object_id=key[2],
                language=key[3],
                **wanted[key],
            )
            for key in changed
        ]
        if rows:
            SearchEntry.objects.bulk_update(rows, list(next(iter(wanted.values()))), batch_size=40)
        made = SearchEntry.objects.bulk_create(
            SearchEntry(source=key[0], object_type=key[1], object_id=key[2], language=key[3], **facts)
            for key, facts in wanted.items()
            if key not in stored
        )
        touched = [row.pk for row in rows] + [row.pk for row in made]
        engines.learn(touched)
    return len(touched)


def _remove(ids: list[int]) -> None:
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        with transaction.atomic():
            engines.forget(batch)
            SearchEntry.objects.filter(pk__in=batch).delete()


def problems() -> Iterator[Problem]:
    """What ``jichi check`` says of the index: whether it agrees with its table and with its sources."""
    if not engines.is_sound():
        yield Problem(
            where="search",
            what="the full-text index does not agree with its entries",
            mend="run: jichi rebuild search",
        )
    known = {source.key for source in sources()}
    strange = set(SearchEntry.objects.values_list("source", flat=True).distinct()) - known
    if strange:
        yield Problem(
            where="search",
            what=f"entries of unknown sources: {', '.join(sorted(strange))}",
            mend="run: jichi rebuild search",
            severity="warning",
        )
