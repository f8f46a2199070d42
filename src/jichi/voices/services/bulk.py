"""Many voices in one short transaction: rows written by ``executemany`` from values prepared before the lock.

Measured with 200 voices on SQLite: ``bulk_create`` of the same tables holds the lock several times as long,
for it makes an object of each row and renders a statement of placeholders for every 999 values.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

from jichi.city import keys
from jichi.city.models import SubjectKey
from jichi.voices.models import Attachment, Contact, Original, Voice

from .preparing import CONTACT_PLACE, Prepared


@dataclass(slots=True)
class Ready:
    """A voice ready to be written: the values of its row that are its own, what goes with it, its line."""

    line: int
    values: dict[str, Any]
    prepared: Prepared
    files: Sequence[Attachment] = ()
    subject: SubjectKey | None = field(default=None, init=False)
    sealed: bytes = field(default=b"", init=False)


def encrypt_contacts(rows: Sequence[Ready]) -> None:
    """Give each contact a key of its own and encrypt it, before any lock is taken."""
    with_contact = [row for row in rows if row.prepared.contact]
    for row, subject in zip(with_contact, keys.made_subjects(len(with_contact)), strict=True):
        row.subject = subject
        row.sealed = keys.encrypt(subject, row.prepared.contact_as_json, CONTACT_PLACE)


def write(rows: Sequence[Ready], same: Mapping[str, Any]) -> list[int]:
    """Write the voices with their originals, contacts and files, inside the caller's transaction; returns
    their ids. ``same``: values all the voices share. The triggers count them as any others.
    """
    ids = _next_ids(len(rows))
    _insert(
        Original,
        [
            {
                "voice_id": pk,
                "text": row.prepared.text,
                "fields": row.prepared.fields,
                "passages": row.prepared.passages,
                "salt": row.prepared.salt,
                "checksum": row.prepared.checksum,
            }
            for pk, row in zip(ids, rows, strict=True)
        ],
    )
    known = [(pk, row, row.subject) for pk, row in zip(ids, rows, strict=True) if row.subject is not None]
    _insert(
        SubjectKey,
        [
            {
                "id": subject.pk,
                "wrapped": subject.wrapped,
                "key_version": subject.key_version,
                "created_at": subject.created_at,
            }
            for _pk, _row, subject in known
        ],
    )
    _insert(
        Contact,
        [
            {
                "voice_id": pk,
                "subject_id": subject.pk,
                "sealed": row.sealed,
                "mail_hash": row.prepared.mail_hash,
                "phone_hash": row.prepared.phone_hash,
            }
            for pk, row, subject in known
        ],
    )
    files = []
    for pk, row in zip(ids, rows, strict=True):
        for one in row.files:
            one.voice_id = pk
            files.append(one)
    if files:
        Attachment.objects.bulk_create(files)
    # Last, for its trigger locks a count until the end of the transaction.
    _insert(Voice, [{"id": pk, **row.values} for pk, row in zip(ids, rows, strict=True)], same)
    return ids


def _next_ids(count: int) -> list[int]:
    """Ids that nobody else gets: of the sequence, or, under SQLite's one lock, those that follow the last."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('voices_voice', 'id')) FROM generate_series(1, %s)",
                [count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'voices_voice'")
        last = cursor.fetchone()
    first = (last[0] if last else 0) + 1
    return list(range(first, first + count))


def leave_numbers_out(count: int = 1_000_000) -> None:
    """Let the ids of ``count`` voices be nobody's, after a restore: those that came in since the backup had
    them, and whoever holds one of their receipts must not see with it what somebody else was answered.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(sequence, nextval(sequence) + %s)"
                " FROM (SELECT pg_get_serial_sequence('voices_voice', 'id')::regclass AS sequence) AS one",
                [count],
            )
            return
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = 'voices_voice'", [count])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('voices_voice', %s)", [count])


def _insert(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], same: Mapping[str, Any] | None = None
) -> None:
    """Insert rows of one model, given by the names of its columns; what is not given has its default."""
    if not rows:
        return
    shared = dict(same or {})
    columns: dict[str, models.Field] = {one.attname: one for one in model._meta.concrete_fields}
    names = list(rows[0])
    rest = [(name, one) for name, one in columns.items() if name not in rows[0]]
    fixed = [_adapter(one)(shared.get(name, one.get_default())) for name, one in rest]
    adapters = [(name, _adapter(columns[name])) for name in names]
    quote = connection.ops.quote_name
    into = ", ".join(quote(str(columns[name].column)) for name in [*names, *(name for name, _one in rest)])
    places = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({into}) VALUES ({places})"  # noqa: S608 own names
    values = [[*(adapt(row[name]) for name, adapt in adapters), *fixed] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def _adapter(column: models.Field) -> Any:
    """How a column's value is written."""
    target = column.target_field if isinstance(column, models.ForeignKey) else column
    if isinstance(target, models.UUIDField):
        return _as_it_is if connection.features.has_native_uuid_field else _hex
    if isinstance(target, models.DateTimeField):
        return _remembering(connection.ops.adapt_datetimefield_value)
    if isinstance(target, models.DateField):
        return connection.ops.adapt_datefield_value
    if isinstance(target, models.JSONField):
        return _json
    return _as_it_is


def _remembering(adapt: Any) -> Any:
    """Moments mostly repeat from one row to the next."""
    known: dict[Any, Any] = {}

    def adapted(value: Any) -> Any:
        if value not in known:
            known[value] = adapt(value)
        return known[value]

    return adapted


def _json(value: Any) -> Any:
    return connection.ops.adapt_json_value(value, None)


def _hex(value: uuid.UUID | None) -> str | None:
    return value.hex if value is not None else None


def _as_it_is(value: Any) -> Any:
    return value
