"""Taking a table in: staged as it came, looked at, then entered as a whole or not at all."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.models import City
from jichi.city.trail import act, record
from jichi.figures.models import Evidence, Observation, TableImport, TableSource
from jichi.figures.services.values import add_evidence, enter_changed
from jichi.figures.statistics.declared import TAKE
from jichi.figures.statistics.judging import CORRECTION, NEW, SAME, judge, stopping
from jichi.figures.statistics.places import Wanted, change_of, stands_of, stops
from jichi.figures.statistics.queries import last_taken, mapping_of, targets_of
from jichi.figures.statistics.words import refused
from jichi.methods.tables.files import Book, open_book
from jichi.methods.tables.layout import Layout
from jichi.methods.tables.reading import read_table
from jichi.methods.tables.stored import table_as_json, table_from_json
from jichi.methods.tables.troubles import TableError
from jichi.plan.models.plans import FIRST_YEAR, LAST_YEAR
from jichi.ui.numbers import fiscal_year as year_words


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a table in did: the values that are new, and how many stood already."""

    row: TableImport
    entered: tuple[Observation, ...]
    unchanged: int


def stage_table(
    *,
    viewer: Viewer,
    source: TableSource,
    filename: str,
    content: bytes,
    fiscal_year: int,
    as_of: datetime.date | None = None,
    published_on: datetime.date | None = None,
) -> TableImport:
    """Keep a file of a source and read it by its layout; no value is entered.

    A file that waits already is read anew. Where the source has no layout yet, the file waits for one.

    Raises:
        NotAllowed; Invalid: a file that cannot be opened, or that was taken in already for this year.
    """
    with act(viewer, TAKE, source):
        assert viewer.actor is not None
        _check_year(fiscal_year)
        try:
            book = open_book(content, most_bytes=settings.UPLOAD_MAX_BYTES)
            if book.kind == "csv":
                # The lines of a csv are looked at whole, or a broken one would wait for its layout.
                book.grid(0)
        except TableError as error:
            raise refused(error) from error
        sha256 = hashlib.sha256(content).hexdigest()
        same = TableImport.objects.defer("content", "rows").filter(
            source=source, sha256=sha256, fiscal_year=fiscal_year
        )
        taken = same.filter(state=TableImport.State.TAKEN).first()
        if taken is not None and taken.taken_at is not None:
            text = _("This very file was taken in for %(year)s on %(day)s. Nothing is new.")
            day = timezone.localtime(taken.taken_at).date().isoformat()
            raise Invalid({"file": [text % {"year": year_words(fiscal_year), "day": day}]})
        row = same.filter(state=TableImport.State.STAGED).first()
        if row is None:
            row = TableImport(source=source, filename=filename[:255], sha256=sha256, fiscal_year=fiscal_year)
            row.staged_by, row.content = viewer.actor, content
            row.is_sample = bool(City.objects.filter(is_sample=True).exists())
        row.as_of, row.published_on = as_of, published_on
        read_into(row, book)
        row.save()
        record(viewer, TAKE, row, fields={"state": [None, row.state], "sha256": [None, sha256]})
    return row


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid({"fiscal_year": [_("The year %(year)d is not plausible.") % {"year": year}]})


def read_into(row: TableImport, opened: Book | None = None) -> None:
    """Read a staged file by the newest layout of its source, and compare it with the one before it."""
    row.mapping = mapping_of(row.source)
    row.previous = last_taken(row.source, before_year=row.fiscal_year)
    row.rows, row.problems, row.diff = {}, [], {}
    if row.mapping is None:
        return
    try:
        book = opened or open_book(bytes(row.content), most_bytes=settings.UPLOAD_MAX_BYTES)
        table = read_table(book, Layout.from_json(row.mapping.layout))
    except TableError as error:
        row.problems = [error.trouble.as_json()]
        return
    row.rows = table_as_json(table)
    row.problems = [trouble.as_json() for trouble in table.troubles]
    wanted = wanted_of(row.source)
    row.diff = {
        "sheet": table.sheet,
        "read": len(table.rows),
        "unread": table.unread,
        "places": [stand.as_json() for stand in stands_of(table, wanted, row.fiscal_year)],
        **_compared(row, table, wanted),
    }


def wanted_of(source: TableSource) -> list[Wanted]:
    """The places of a source's figures."""
    return [
        Wanted(target=target.pk, select=target.select, column=target.column) for target in targets_of(source)
    ]


def _compared(row: TableImport, table: Any, wanted: Sequence[Wanted]) -> dict[str, Any]:
    previous = row.previous
    if previous is None or not previous.rows:
        return {}
    change = change_of(table_from_json(previous.rows), previous.fiscal_year, table, row.fiscal_year, wanted)
    return {
        "previous": previous.pk,
        "previous_year": previous.fiscal_year,
        "counts": change.counts,
        "cells": change.listed,
        "left_out": change.left_out,
    }


def reread_staged(source: TableSource) -> None:
    """Read every file of a source that waits once more: its layout or its figures' places changed."""
    for row in TableImport.objects.filter(source=source, state=TableImport.State.STAGED):
        read_into(row)
        row.save(update_fields=["mapping", "previous", "rows", "problems", "diff"])


def take_table(*, viewer: Viewer, import_id: int, reason: str = "") -> Taken:
    """Enter what a staged table says of the figures bound to its source, all or none, with it as evidence.

    ``reason`` is needed where a value that stands is corrected, and becomes the correction's.

    Raises:
        NotAllowed; Conflict: it was taken in or discarded meanwhile; Invalid: what is in the way — also where
        the layout, or the table before it, changed since it was read: it is read anew then.
    """
    source = TableSource.objects.get(imports__pk=import_id)
    taken: Taken | None = None
    with act(viewer, TAKE, source):
        # One table of a source after the other: each is compared with the one taken in before it.
        TableSource.objects.select_for_update().get(pk=source.pk)
        row = TableImport.objects.select_for_update().get(pk=import_id)
        if row.state != TableImport.State.STAGED:
            raise Conflict(row)
        if _is_stale(row):
            reread_staged(source)
        else:
            taken = _take(viewer, row, reason.strip())
    if taken is None:
        text = _("Something changed since this file was read. It was read anew; look at it once more.")
        raise Invalid({"": [text]})
    return taken


def _take(viewer: Viewer, row: TableImport, reason: str) -> Taken:
    values, corrections = _values_of(viewer, row)
    if corrections and not reason:
        text = _("The table corrects values that stand. Say why, for example as the publisher does.")
        raise Invalid({"reason": [text]})
    evidence = _evidence_of(viewer, row)
    try:
        entered = enter_changed(viewer=viewer, values=values, evidence=evidence, reason=reason)
    except Invalid as error:
        raise Invalid({"": [text for texts in error.messages.values() for text in texts]}) from error
    row.state, row.taken_at, row.evidence = TableImport.State.TAKEN, timezone.now(), evidence
    row.save(update_fields=["state", "taken_at", "evidence"])
    record(
        viewer,
        TAKE,
        row,
        fields={"state": ["staged", "taken"], "entered": [0, len(entered.rows)]},
        count=max(1, len(entered.rows)),
    )
    return Taken(row, entered.rows, entered.unchanged)


def _is_stale(row: TableImport) -> bool:
    """Whether the layout, or the table taken in before, is no longer the one the preview rests on."""
    newest, last = mapping_of(row.source), last_taken(row.source, before_year=row.fiscal_year)
    return (row.mapping_id, row.previous_id) != (newest.pk if newest else None, last.pk if last else None)


def _values_of(viewer: Viewer, row: TableImport) -> tuple[list[Any], bool]:
    """The values to be entered, and whether some correct what stands; Invalid says what is in the way."""
    if row.mapping is None:
        raise Invalid({"": [_("Nobody has said yet how this table is read. Do that first.")]})
    if stops(row.problems):
        raise Invalid({"": [_("The table could not be read. Look at what is wrong with it.")]})
    judged = judge(viewer, row)
    if blocked := stopping(judged):
        names = ", ".join(sorted({one.stand.cell or one.target.column for one in blocked}))
        text = _("For some figures there is no number to be taken: %(places)s. Nothing was entered.")
        raise Invalid({"": [text % {"places": names}]})
    values = [one.value for one in judged if one.state in {NEW, CORRECTION, SAME} and one.value is not None]
    return values, any(one.state == CORRECTION for one in judged)


def _evidence_of(viewer: Viewer, row: TableImport) -> Evidence:
    source = row.source
    languages = {"ja", *source.translations}
    titles = {
        language: f"{_in(source, 'title', language)}（{year_words(row.fiscal_year, language)}）"
        for language in languages
    }
    return add_evidence(
        viewer=viewer,
        kind=Evidence.Kind.TABLE,
        title=titles["ja"][:300],
        publisher=source.publisher,
        url=source.url,
        published_on=row.published_on,
        locator=str(row.diff.get("sheet", ""))[:120],
        filename=row.filename,
        sha256=row.sha256,
        is_sample=row.is_sample,
        translations={
            language: {"title": titles[language], "publisher": _in(source, "publisher", language)}
            for language in sorted(languages - {"ja"})
        },
    )


def _in(source: TableSource, name: str, language: str) -> str:
    return str(source.translations.get(language, {}).get(name) or getattr(source, name))


def discard_table(*, viewer: Viewer, import_id: int) -> TableImport:
    """Throw a staged file away; its name and checksum stay, its content goes.

    Raises:
        NotAllowed; Conflict: it was taken in meanwhile.
    """
    source = TableSource.objects.get(imports__pk=import_id)
    with act(viewer, TAKE, source):
        row = TableImport.objects.select_for_update().get(pk=import_id)
        if row.state == TableImport.State.DISCARDED:
            return row
        if row.state != TableImport.State.STAGED:
            raise Conflict(row)
        row.state, row.content, row.rows, row.diff = TableImport.State.DISCARDED, b"", {}, {}
        row.save(update_fields=["state", "content", "rows", "diff"])
        record(viewer, TAKE, row, fields={"state": ["staged", "discarded"]})
    return row
