"""Finding: one query over the index of an anonymous reader's pages, in the language of the page."""

# ruff: noqa: S608 - names of our own tables and columns; what a reader typed goes as a parameter

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from jichi.methods import bigrams
from jichi.methods.bigrams import Piece, Term

from . import engines

PAGE = 20
LONGEST_QUERY = 200
MOST_RANKED = 500
"""Of a query that finds more, the first so many pages (by title, then by text) are ranked and shown."""
MOST_COUNTED = 2000
"""A query that finds more is broad: "2,000 or more", without numbers by kind."""
_FIELDS = "e.id, e.source, e.object_type, e.object_id, e.url, e.code, e.title, e.context, e.body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A found page: what it is, where it is, and its title and text with the matches marked."""

    source: str
    object_type: str
    object_id: str
    url: str
    code: str
    title: str
    context: str
    title_pieces: list[Piece]
    pieces: list[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One page of what was found. ``counts`` says how many per source, over all sources.

    ``is_broad``: more than ``MOST_COUNTED`` were found; ``total`` and ``counts`` then are lower bounds.
    """

    query: str
    total: int
    counts: dict[str, int]
    hits: list[Hit]
    page: int = 1
    pages: int = 1
    is_broad: bool = False
    related: list[Hit] = field(default_factory=list)


@dataclass(slots=True)
class _Where:
    """A condition over the entries "e" in the words of the present database, with its parameters."""

    sql: str
    parameters: list[Any]
    rank: str = "0"
    rank_parameters: list[Any] = field(default_factory=list)
    uses_fts: bool = False

    @property
    def source(self) -> str:
        """What stands after FROM."""
        if self.uses_fts and connection.vendor == "sqlite":
            return f"{engines.FTS} JOIN {engines.TABLE} e ON e.id = {engines.FTS}.rowid"
        return f"{engines.TABLE} e"


def search(query: str, *, language: str, source: str = "", page: int = 1, size: int = PAGE) -> Results:
    """Pages that contain every term of ``query``, best first.

    A plan code ("5-1-1") finds its own page first and what lies below it. Title before text; then the weight
    of the kind of page; then how often and how closely the words stand there.
    """
    query = query.strip()[:LONGEST_QUERY]
    code, terms = bigrams.code_of(query), bigrams.terms(query)
    if not terms:
        return Results(query=query, total=0, counts={}, hits=[])
    where = _code_condition(code, language) if code else None
    counts = _counts(where) if where else {}
    if not counts:
        where, code = _text_condition(terms, language), ""
        counts = _counts(where)
    assert where is not None
    is_broad = sum(counts.values()) > MOST_COUNTED
    total = _total(terms, counts, language, source, is_broad=is_broad)
    pages = max(1, -(-min(total, MOST_RANKED) // size))
    page = min(max(1, page), pages)
    if total > MOST_RANKED and not code:
        where = _broad_condition(terms, language, source)
    rows = _rows(where, terms, code, source, limit=size, offset=(page - 1) * size) if total else []
    return Results(
        query=query,
        total=total,
        counts=counts,
        hits=[_hit(row, query) for row in rows],
        page=page,
        pages=pages,
        is_broad=is_broad,
        related=[] if total else related(query, language=language),
    )


def suggestions(query: str, *, language: str, limit: int = 8) -> list[Hit]:
    """Pages whose title or its reading contains the terms, shortest first: to complete what is typed."""
    query = query.strip()[:LONGEST_QUERY]
    terms = bigrams.terms(query)
    if not terms:
        return []
    code = bigrams.code_of(query)
    where = _code_condition(code, language) if code else _title_condition(terms, language)
    sql = (
        f"SELECT {_FIELDS} FROM {where.source} WHERE {where.sql} "
        "ORDER BY e.weight DESC, length(e.title), e.code, e.id LIMIT %s"
    )
    return [_hit(row, query) for row in _fetch(sql, [*where.parameters, limit])]


def related(query: str, *, language: str, limit: int = 5) -> list[Hit]:
    """Pages whose titles are nearest to a query that found nothing: "did you mean".

    Nearness is the share of pairs of characters that query and title have in common (Dice).
    """
    terms = [term for term in bigrams.terms(query) if not term.is_prefix]
    wanted = {gram for term in terms for gram in term.grams}
    if not wanted:
        return []
    where = _near_condition(terms, language)
    order = "rank" if connection.vendor == "sqlite" else f"{where.rank} DESC"
    sql = f"SELECT {_FIELDS} FROM {where.source} WHERE {where.sql} ORDER BY {order} LIMIT 60"
    scored = []
    for row in _fetch(sql, [*where.parameters, *where.rank_parameters]):
        have = {gram for gram in bigrams.grams(row[6]).split() if len(gram) > bigrams.WIDTH}
        shared = len(wanted & have)
        share = 2 * shared / (len(wanted) + len(have)) if have else 0.0
        # Half of the words asked for in a long title count as near, too.
        if share >= 0.3 or shared >= max(2, len(wanted) / 2):
            scored.append((share, row))
    scored.sort(key=lambda pair: (-pair[0], pair[1][0]))
    return [_hit(row, query) for _, row in scored[:limit]]


# --- conditions -------------------------------------------------------------------------------------------
def _code_condition(code: str, language: str) -> _Where:
    facets = [engines.facet("language", language), engines.facet("code", code)]
    if connection.vendor == "sqlite":
        return _Where(f"{engines.FTS} MATCH %s", [engines.fts5_query((), facets=facets)], uses_fts=True)
    return _Where("e.vector @@ %s::tsquery", [engines.ts_query((), facets=facets)])


def _text_condition(terms: Sequence[Term], language: str, source: str = "") -> _Where:
    facets = [engines.facet("language", language), *([engines.facet("source", source)] if source else [])]
    if connection.vendor == "sqlite":
        match = engines.fts5_query(terms, facets=facets)
        rank = f"bm25({engines.FTS}, 8.0, 1.0, 1.0, 0.0)"
        return _Where(f"{engines.FTS} MATCH %s", [match], rank, uses_fts=True)
    query = engines.ts_query(terms, facets=facets)
    texts = engines.verified(terms)
    sql = f"e.vector @@ %s::tsquery{_in_text(texts)}"
    return _Where(sql, [query, *texts], "-ts_rank(e.vector, %s::tsquery)", [query])


def _title_condition(terms: Sequence[Term], language: str) -> _Where:
    facets = [engines.facet("language", language)]
    if connection.vendor == "sqlite":
        match = engines.fts5_query(terms, columns="grams_title grams_reading", facets=facets)
        return _Where(f"{engines.FTS} MATCH %s", [match], uses_fts=True)
    texts = engines.verified(terms)
    query = engines.ts_query(terms, facets=facets, in_title=True)
    sql = f"e.vector @@ %s::tsquery{_in_text(texts)}"
    return _Where(sql, [query, *texts])


def _broad_condition(terms: Sequence[Term], language: str, source: str) -> _Where:
    """The first pages with the terms in their title and the first with them anywhere, to be ranked by length.

    Ranking every page of a broad query by its words would cost more than the answer is worth.
    """
    facets = [engines.facet("language", language), *([engines.facet("source", source)] if source else [])]
    limit = f"LIMIT {MOST_RANKED}"
    if connection.vendor == "sqlite":
        one = f"SELECT rowid FROM {engines.FTS} WHERE {engines.FTS} MATCH %s {limit}"
        parameters: list[Any] = [
            engines.fts5_query(terms, columns="grams_title", facets=facets),
            engines.fts5_query(terms, facets=facets),
        ]
    else:
        texts = engines.verified(terms)
        rows = f"SELECT id FROM {engines.TABLE} WHERE vector @@ %s::tsquery"
        in_title, in_text = "".join([" AND strpos(compared_title, %s) > 0"] * len(texts)), _in_text(texts, "")
        one = f"({rows}{in_title} {limit}) UNION ({rows}{in_text} {limit})"
        title, anywhere = (
            engines.ts_query(terms, facets=facets, in_title=True),
            engines.ts_query(terms, facets=facets),
        )
        return _Where(f"e.id IN ({one})", [title, *texts, anywhere, *texts], "length(e.compared)")
    return _Where(
        f"e.id IN (SELECT * FROM ({one}) UNION SELECT * FROM ({one}))", parameters, "length(e.compared)"
    )


def _in_text(texts: Sequence[str], prefix: str = "e.") -> str:
    return "".join([f" AND strpos({prefix}compared, %s) > 0"] * len(texts))


def _near_condition(terms: Sequence[Term], language: str) -> _Where:
    facets = [engines.facet("language", language)]
    if connection.vendor == "sqlite":
        match = engines.fts5_query(terms, columns="grams_title", facets=facets, any_gram=True)
        return _Where(f"{engines.FTS} MATCH %s", [match], uses_fts=True)
    query = engines.ts_query(terms, facets=facets, in_title=True, any_gram=True)
    return _Where("e.vector @@ %s::tsquery", [query], "ts_rank(e.vector, %s::tsquery)", [query])


# --- reading ----------------------------------------------------------------------------------------------
def _fetch(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        return list(cursor.fetchall())


def _counts(where: _Where) -> dict[str, int]:
    """How many per source, of at most one more than ``MOST_COUNTED``."""
    if where.uses_fts and connection.vendor == "sqlite":
        found = f"SELECT rowid AS id FROM {engines.FTS} WHERE {where.sql} LIMIT {MOST_COUNTED + 1}"
        sql = f"SELECT e.source, count(*) FROM ({found}) f JOIN {engines.TABLE} e ON e.id = f.id GROUP BY 1"
    else:
        found = f"SELECT e.source FROM {where.source} WHERE {where.sql} LIMIT {MOST_COUNTED + 1}"
        sql = f"SELECT source, count(*) FROM ({found}) f GROUP BY 1"
    return dict(_fetch(sql, where.parameters))


def _total(
    terms: Sequence[Term], counts: dict[str, int], language: str, source: str, *, is_broad: bool
) -> int:
    if not source:
        return sum(counts.values())
    if not is_broad:
        return counts.get(source, 0)
    # The bounded count may have stopped before it came to this source.
    return sum(_counts(_text_condition(terms, language, source)).values())


def _rows(
    where: _Where, terms: Sequence[Term], code: str, source: str, *, limit: int, offset: int
) -> list[tuple[Any, ...]]:
    found = "instr(e.compared_title, %s)" if connection.vendor == "sqlite" else "strpos(e.compared_title, %s)"
    whole = " ".join(term.text for term in terms)
    in_title = " AND ".join([f"{found} > 0"] * len(terms))
    order = (
        "CASE WHEN e.code = %s THEN 0 ELSE 1 END, "
        f"CASE WHEN e.compared_title = %s THEN 0 WHEN {in_title} THEN 1 ELSE 2 END, "
        f"e.weight DESC, {where.rank if not code else 'e.code'}, e.id"
    )
    condition, chosen = (f"{where.sql} AND e.source = %s", [source]) if source else (where.sql, [])
    sql = f"SELECT {_FIELDS} FROM {where.source} WHERE {condition} ORDER BY {order} LIMIT %s OFFSET %s"
    ranked = [] if code else where.rank_parameters
    wanted = [code or "-", whole, *(term.text for term in terms)]
    return _fetch(sql, [*where.parameters, *chosen, *wanted, *ranked, limit, offset])


def _hit(row: tuple[Any, ...], query: str) -> Hit:
    _, source, object_type, object_id, url, code, title, context, body = row
    return Hit(
        source=source,
        object_type=object_type,
        object_id=object_id,
        url=url,
        code=code,
        title=title,
        context=context,
        title_pieces=bigrams.marked(title, query),
        pieces=bigrams.excerpt(body, query),
    )
