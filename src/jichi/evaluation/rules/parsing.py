"""A rule file (``jichi-rules/1``) read into rules: nothing is run, and everything wrong is told at once.

Grades are clauses over the measures of :mod:`jichi.methods.rating`; proposals are conditions over named
counts in the small language of :mod:`jichi.methods.expressions`. ``docs/howto/rule-set.md`` tells every word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jichi.methods.expressions import Expression, ExpressionError, Kind, kind_of, parse
from jichi.methods.paths import Comparator
from jichi.methods.rating import (
    Band,
    Bound,
    Clause,
    Combining,
    Measure,
    RatingError,
    Rule,
    Scale,
    Where,
)

from .reading import Reader
from .values import (
    Criterion,
    GradingRule,
    ProposalClause,
    ProposalPart,
    ProposalRule,
    RuleFile,
    RulesError,
    RuleVersion,
    Total,
    Unusual,
)

FORMAT = "jichi-rules/1"
KINDS = ("grading", "proposal")
STATES = ("met", "between", "below", "far_below")
CONFIDENCE = ("primary", "secondary", "unseen")

PROJECT_NAMES = (
    "numbers_known",
    "numbers_unknown",
    "numbers_well_over",
    "numbers_over",
    "numbers_met",
    "numbers_under",
    "numbers_well_under",
    "results_known",
    "results_unknown",
    "results_as_planned",
    "results_more",
    "results_less",
    "results_not_done",
)
"""What a condition for a project may count; see :func:`jichi.evaluation.rules.proposals.count_project`."""
MEASURE_NAMES = (
    "grades_known",
    "grades_unknown",
    *(f"grades_{rank}" for rank in range(1, 8)),
    "projects_known",
    "projects_unknown",
    *(f"projects_{value}" for value in range(1, 6)),
)
"""What a condition for a measure may count; see :func:`jichi.evaluation.rules.proposals.count_measure`."""

_DATED = ("in_force_from", "known_from", "confirmed", "source")
_KEY = re.compile(r"[-a-z0-9]{1,60}")


def parse_file(data: object) -> RuleFile:
    """A whole rule file.

    Raises:
        RulesError: with every problem, each at its JSON pointer.
    """
    reader = Reader()
    found = reader.mapping(data, "")
    reader.keys(found, "", need=("format", "key", "kind", "title", "versions"), may=())
    if "format" in found:
        reader.word(found["format"], "/format", [FORMAT])
    key = found.get("key", "-")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        reader.problem("/key", "key", value=key)
    kind = reader.word(found["kind"], "/kind", KINDS) if "kind" in found else None
    title = reader.texts(found["title"], "/title") if "title" in found else {}
    listed = reader.listed(found.get("versions", [{}]), "/versions", least=1)
    versions = [_version(reader, row, f"/versions/{place}", kind) for place, row in enumerate(listed) if kind]
    if reader.problems or kind is None:
        raise RulesError(tuple(reader.problems))
    whole = tuple(one for one in versions if one is not None)
    return RuleFile(key=str(key), kind=kind, title=title, versions=whole)


def parse_version(kind: str, definition: object) -> RuleVersion:
    """One stored version.

    Raises:
        RulesError: with every problem.
    """
    reader = Reader()
    found = _version(reader, definition, "", kind)
    if found is None or reader.problems:
        raise RulesError(tuple(reader.problems))
    return found


def _version(reader: Reader, value: object, at: str, kind: str) -> RuleVersion | None:
    found = reader.mapping(value, at)
    before = len(reader.problems)
    content = _content(reader, found, at, kind)
    start = reader.date(found["in_force_from"], f"{at}/in_force_from") if "in_force_from" in found else None
    known = reader.date(found["known_from"], f"{at}/known_from") if "known_from" in found else None
    end = None
    if found.get("in_force_to") is not None:
        end = reader.date(found["in_force_to"], f"{at}/in_force_to")
    if start and end and end < start:
        reader.problem(f"{at}/in_force_to", "dates", first=start, last=end)
    confirmed = "confirmed" in found and reader.truth(found["confirmed"], f"{at}/confirmed")
    source = _source(reader, found.get("source"), f"{at}/source") if "source" in found else {}
    note = reader.texts(found["note"], f"{at}/note") if "note" in found else {}
    if len(reader.problems) > before or start is None or known is None or content is None:
        return None
    return RuleVersion(
        in_force_from=start,
        in_force_to=end,
        known_from=known,
        confirmed=confirmed,
        source=source,
        note=note,
        content=content,
        definition=found,
    )


def _content(
    reader: Reader, found: Mapping[str, Any], at: str, kind: str
) -> GradingRule | ProposalRule | None:
    return _grading(reader, found, at) if kind == "grading" else _proposal(reader, found, at)


def _source(reader: Reader, value: object, at: str) -> Mapping[str, Any]:
    found = reader.mapping(value, at)
    reader.keys(found, at, need=("title", "confidence"), may=("url", "note"))
    if "title" in found:
        reader.string(found["title"], f"{at}/title")
    if "confidence" in found:
        reader.word(found["confidence"], f"{at}/confidence", CONFIDENCE)
    url = found.get("url", "")
    if not isinstance(url, str) or (url and not url.startswith(("http://", "https://"))):
        reader.problem(f"{at}/url", "url", value=url)
    if "note" in found:
        reader.texts(found["note"], f"{at}/note")
    return found


# --- grades ---------------------------------------------------------------------------------------------
_MAY_GRADING = (
    "in_force_to",
    "note",
    "states",
    "about",
    "none_as",
    "per_year",
    "allows_last",
    "grades_sense",
    "combine",
    "unusual_years",
    "total",
)


def _grading(reader: Reader, found: Mapping[str, Any], at: str) -> GradingRule | None:
    reader.keys(found, at, need=(*_DATED, "grades", "labels", "clauses"), may=_MAY_GRADING)
    before = len(reader.problems)
    grades = _grades(reader, found.get("grades", ["-"]), f"{at}/grades")
    labels = {}
    named = reader.mapping(found.get("labels", {}), f"{at}/labels")
    for grade in grades if "labels" in found else ():
        if grade in named:
            labels[grade] = reader.texts(named[grade], f"{at}/labels/{grade}")
        else:
            reader.problem(f"{at}/labels/{grade}", "missing", key=grade)
    states = {}
    for grade, state in reader.mapping(found.get("states", {}), f"{at}/states").items():
        reader.word(grade, f"{at}/states/{grade}", grades)
        states[str(grade)] = reader.word(state, f"{at}/states/{grade}", STATES) or ""
    clauses = [
        _clause(reader, row, f"{at}/clauses/{place}", grades)
        for place, row in enumerate(reader.listed(found.get("clauses", [None]), f"{at}/clauses", least=1))
        if "clauses" in found
    ]
    about = [
        _clause(reader, row, f"{at}/about/{place}", grades)
        for place, row in enumerate(reader.listed(found.get("about", []), f"{at}/about"))
    ]
    none_as = found.get("none_as")
    if none_as is not None:
        reader.word(none_as, f"{at}/none_as", ("ge", "le"))
    per_year = found.get("per_year")
    pace = None if per_year is None else reader.number(per_year, f"{at}/per_year")
    combine = reader.word(found.get("combine", "worst"), f"{at}/combine", Combining)
    truths = {
        key: reader.truth(found.get(key, False), f"{at}/{key}") for key in ("allows_last", "grades_sense")
    }
    unusual = [
        _unusual(reader, row, f"{at}/unusual_years/{place}")
        for place, row in enumerate(reader.listed(found.get("unusual_years", []), f"{at}/unusual_years"))
    ]
    total = _total(reader, found["total"], f"{at}/total") if "total" in found else None
    if len(reader.problems) > before:
        return None
    try:
        rule = Rule(
            grades=tuple(grades),
            clauses=tuple(one for one in clauses if one),
            about=tuple(one for one in about if one),
            none_as=None if none_as is None else Comparator(none_as),
            per_year=pace,
            **truths,
        )
    except RatingError as error:
        reader.problem(at, error.code)
        return None
    return GradingRule(
        rule=rule,
        labels=labels,
        states=states,
        combine=Combining(combine or "worst"),
        unusual=tuple(one for one in unusual if one),
        total=total,
    )


def _grades(reader: Reader, value: object, at: str) -> list[str]:
    grades: list[str] = []
    for place, one in enumerate(reader.listed(value, at, least=1)):
        grade = reader.string(one, f"{at}/{place}")
        if len(grade) > 20 or (grade and grade in grades):
            reader.problem(f"{at}/{place}", "grade", value=grade)
        grades.append(grade)
    return grades


def _clause(reader: Reader, value: object, at: str, grades: list[str]) -> Clause | None:
    found = reader.mapping(value, at)
    before = len(reader.problems)
    reader.keys(found, at, need=("grade",), may=("measure", "bound", "limit", "where"))
    grade = reader.word(found["grade"], f"{at}/grade", grades) if "grade" in found else None
    measure = reader.word(found["measure"], f"{at}/measure", Measure) if "measure" in found else None
    bound = reader.word(found["bound"], f"{at}/bound", Bound) if "bound" in found else None
    limit = reader.number(found["limit"], f"{at}/limit") if "limit" in found else None
    where = reader.word(found.get("where", Where.ALWAYS), f"{at}/where", Where)
    given = {"measure", "bound", "limit"} & set(found)
    if given and len(given) < 3:
        reader.problem(at, "clause")
    if len(reader.problems) > before or grade is None:
        return None
    return Clause(
        grade=grade,
        measure=None if measure is None else Measure(measure),
        bound=None if bound is None else Bound(bound),
        limit=limit,
        where=Where(where or Where.ALWAYS),
    )


def _unusual(reader: Reader, value: object, at: str) -> Unusual | None:
    found = reader.mapping(value, at)
    reader.keys(found, at, need=("years", "says"), may=())
    years = reader.listed(found.get("years", [2000]), f"{at}/years", least=1)
    for place, year in enumerate(years):
        if isinstance(year, bool) or not isinstance(year, int):
            reader.problem(f"{at}/years/{place}", "number", value=year)
            return None
    says = reader.texts(found["says"], f"{at}/says") if "says" in found else {}
    return Unusual(years=frozenset(years), says=says)


def _total(reader: Reader, value: object, at: str) -> Total | None:
    found = reader.mapping(value, at)
    before = len(reader.problems)
    reader.keys(found, at, need=("criteria", "bands"), may=())
    criteria = []
    for key, row in reader.mapping(found.get("criteria", {}), f"{at}/criteria").items():
        place = f"{at}/criteria/{key}"
        one = reader.mapping(row, place)
        reader.keys(one, place, need=("title", "worth"), may=())
        worth = reader.mapping(one.get("worth", {}), f"{place}/worth")
        for name, number in worth.items():
            if isinstance(number, bool) or not isinstance(number, int):
                reader.problem(f"{place}/worth/{name}", "number", value=number)
        criteria.append(
            Criterion(key=str(key), title=reader.texts(one.get("title"), f"{place}/title"), worth=worth)
        )
    bands = []
    for number, row in enumerate(reader.listed(found.get("bands", []), f"{at}/bands", least=1)):
        bands.append(_band(reader, row, f"{at}/bands/{number}"))
    if len(reader.problems) > before:
        return None
    return Total(criteria=tuple(criteria), scale=Scale(bands=tuple(one for one in bands if one)))


def _band(reader: Reader, value: object, at: str) -> Band | None:
    found = reader.mapping(value, at)
    before = len(reader.problems)
    reader.keys(found, at, need=("grade",), may=("bound", "limit"))
    grade = reader.string(found["grade"], f"{at}/grade") if "grade" in found else ""
    bound = reader.word(found["bound"], f"{at}/bound", Bound) if "bound" in found else None
    limit = reader.number(found["limit"], f"{at}/limit") if "limit" in found else None
    if ("bound" in found) != ("limit" in found):
        reader.problem(at, "clause")
    if len(reader.problems) > before:
        return None
    return Band(grade=grade, bound=None if bound is None else Bound(bound), limit=limit)


# --- proposals ------------------------------------------------------------------------------------------
def _proposal(reader: Reader, found: Mapping[str, Any], at: str) -> ProposalRule | None:
    reader.keys(found, at, need=_DATED, may=("in_force_to", "note", "project", "measure"))
    if not {"project", "measure"} & set(found):
        reader.problem(at, "nothing_proposed")
    parts = {
        key: _part(reader, found[key], f"{at}/{key}", names)
        for key, names in (("project", PROJECT_NAMES), ("measure", MEASURE_NAMES))
        if key in found
    }
    return ProposalRule(**parts)


def _part(reader: Reader, value: object, at: str, names: tuple[str, ...]) -> ProposalPart | None:
    found = reader.mapping(value, at)
    before = len(reader.problems)
    reader.keys(found, at, need=("clauses",), may=("well_over", "well_under"))
    clauses = []
    for place, row in enumerate(reader.listed(found.get("clauses", []), f"{at}/clauses", least=1)):
        clauses.append(_proposal_clause(reader, row, f"{at}/clauses/{place}", names))
    over = reader.number(found.get("well_over", "120"), f"{at}/well_over")
    under = reader.number(found.get("well_under", "80"), f"{at}/well_under")
    if over is not None and under is not None and not 0 < under <= 100 <= over:
        reader.problem(f"{at}/well_over", "well")
    if len(reader.problems) > before or over is None or under is None:
        return None
    return ProposalPart(clauses=tuple(one for one in clauses if one), well_over=over, well_under=under)


def _proposal_clause(reader: Reader, value: object, at: str, names: tuple[str, ...]) -> ProposalClause | None:
    found = reader.mapping(value, at)
    reader.keys(found, at, need=("value", "says"), may=("if",))
    proposed = found.get("value", "")
    if not isinstance(proposed, str) or len(proposed) > 40:
        reader.problem(f"{at}/value", "type", wanted="text")
    says = reader.texts(found["says"], f"{at}/says") if "says" in found else {}
    condition = _condition(reader, found["if"], f"{at}/if", names) if "if" in found else None
    return ProposalClause(value=str(proposed), condition=condition, says=says)


def _condition(reader: Reader, value: object, at: str, names: tuple[str, ...]) -> Expression | None:
    text = reader.string(value, at)
    if not text:
        return None
    try:
        found = parse(text)
        if kind_of(found, dict.fromkeys(names, Kind.NUMBER)) is not Kind.TRUTH:
            reader.problem(at, "condition", value=text)
            return None
    except ExpressionError as error:
        reader.problem(at, "expression", value=text, what=" ".join([error.code, *error.params.values()]))
        return None
    return found
