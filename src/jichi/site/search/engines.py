"""The full-text index beside the table of entries, in the words of each database.

SQLite: an FTS5 table that takes its text from the entries. PostgreSQL: a ``tsvector`` column with a GIN
index, whose lexemes are our own pairs, cast as they are, so that no parser or dictionary touches them.
"""

# ruff: noqa: S608 - names of our own tables and columns; what a reader typed goes as a parameter

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.db import connection

from jichi.methods.bigrams import Term

TABLE = "site_searchentry"
FTS = "site_search_fts"
COLUMNS = "grams_title, grams_body, grams_reading, facets"

# PostgreSQL keeps at most 255 positions of a lexeme, and none above 16383.
_MOST_POSITIONS, _LAST_POSITION = 255, 16383


def facet(kind: str, value: str) -> str:
    """A facet ("language", "source", "code") as one token of ASCII letters and digits."""
    return kind[0] + value.encode().hex()


def facets_of(*, language: str, source: str, code: str) -> str:
    """The facet tokens of an entry: its language, its source, and its plan code with every code above it."""
    parts = re.split(r"([-.])", code)
    above = ["".join(parts[: end + 1]) for end in range(0, len(parts), 2)] if code else []
    codes = [facet("code", one) for one in above]
    return " ".join([facet("language", language), facet("source", source), *codes])


def _in(ids: Sequence[int]) -> str:
    return f"({','.join(str(int(pk)) for pk in ids)})"


def forget(ids: Sequence[int]) -> None:
    """Take entries out of the full-text index, before their rows are changed or removed."""
    if ids and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {FTS}({FTS}, rowid, {COLUMNS}) "
                f"SELECT 'delete', id, {COLUMNS} FROM {TABLE} WHERE id IN {_in(ids)}"
            )


def learn(ids: Sequence[int]) -> None:
    """Put entries into the full-text index, after their rows were written."""
    if not ids:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"INSERT INTO {FTS}(rowid, {COLUMNS}) "
                f"SELECT id, {COLUMNS} FROM {TABLE} WHERE id IN {_in(ids)}"
            )
            return
        cursor.execute(f"SELECT id, {COLUMNS} FROM {TABLE} WHERE id IN {_in(ids)}")
        rows = [(pk, _vector(*grams)) for pk, *grams in cursor.fetchall()]
        values = ",".join(["(%s::bigint, %s::tsvector)"] * len(rows))
        cursor.execute(
            f"UPDATE {TABLE} AS entry SET vector = made.vector "
            f"FROM (VALUES {values}) AS made(id, vector) WHERE entry.id = made.id",
            [part for row in rows for part in row],
        )


def _vector(title: str, body: str, reading: str, facets: str) -> str:
    """A tsvector literal: pairs of the title weigh A, readings B, the body D.

    Facets begin with "_"; the pairs of title and reading stand once more with "t" before them, so that a
    search in titles alone needs the index only.
    """
    places: dict[str, list[str]] = {f"_{token}": [] for token in facets.split()}
    position = 0
    for grams, weight in ((title, "A"), (reading, "B"), (body, "")):
        for gram in grams.split():
            position += 1
            known = places.setdefault(gram, [])
            if position <= _LAST_POSITION and len(known) < _MOST_POSITIONS:
                known.append(f"{position}{weight}")
            if weight:
                places.setdefault(f"t{gram}", [])
    return " ".join(f"{gram}:{','.join(at)}" if at else gram for gram, at in places.items())


def fts5_query(
    terms: Iterable[Term], *, columns: str = "", facets: Sequence[str] = (), any_gram: bool = False
) -> str:
    """An FTS5 expression: every term as a phrase of pairs, in ``columns`` if given, with all ``facets``."""
    parts = [f"facets : {token}" for token in facets]
    where = f"{{{columns}}} : " if columns else "- facets : "
    if any_gram:
        grams = [gram for term in terms for gram in term.grams]
        return " AND ".join([*parts, f"{where}({' OR '.join(dict.fromkeys(grams))})"])
    parts += [
        f"{where}{term.grams[0]} *" if term.is_prefix else f'{where}"{" ".join(term.grams)}"'
        for term in terms
    ]
    return " AND ".join(parts)


def ts_query(
    terms: Iterable[Term], *, in_title: bool = False, facets: Sequence[str] = (), any_gram: bool = False
) -> str:
    """A tsquery of the pairs. Their order is verified against the compared text (``verified``)."""
    parts = [f"_{token}" for token in facets]
    where = "t" if in_title else ""
    grams = [f"{where}{gram}{':*' if term.is_prefix else ''}" for term in terms for gram in term.grams]
    unique = list(dict.fromkeys(grams))
    words = [f"({' | '.join(unique)})"] if any_gram else unique
    return " & ".join([*parts, *words])


def verified(terms: Iterable[Term]) -> list[str]:
    """The texts that must stand in ``compared`` beyond their pairs: terms of more than one pair."""
    return [term.text for term in terms if len(term.grams) > 1]


def is_sound() -> bool:
    """Whether the full-text index agrees with the entries."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(f"SELECT count(*) FROM {TABLE} WHERE vector = ''::tsvector")
            return bool(cursor.fetchone()[0] == 0)
        try:
            cursor.execute(f"INSERT INTO {FTS}({FTS}, rank) VALUES('integrity-check', 1)")
        except Exception:
            return False
        return True


def remake() -> None:
    """Make the full-text index anew from the entries; readers see the old one until it is done."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {FTS}({FTS}) VALUES('rebuild')")
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {TABLE} ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
    for start in range(0, len(ids), 200):
        learn(ids[start : start + 200])
