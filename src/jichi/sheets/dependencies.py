"""What depends on what inside a form: of which kind each name is, and in which order fields are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jichi.methods.expressions import Column, ExpressionError, Kind, parse

from .definition import Definition, Field, FieldType, Part

_KINDS: Mapping[FieldType, Kind | Column] = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.LONG_TEXT: Kind.TEXT,
    FieldType.INTEGER: Kind.NUMBER,
    FieldType.DECIMAL: Kind.NUMBER,
    FieldType.COMPUTED: Kind.NUMBER,
    FieldType.FISCAL_YEAR: Kind.NUMBER,
    FieldType.DATE: Kind.TEXT,
    FieldType.CHOICE: Kind.TEXT,
    FieldType.CHOICES: Column(Kind.TEXT),
    FieldType.YES_NO: Kind.TRUTH,
}


def kinds_in(definition: Definition, inside: Part | None = None) -> dict[str, Kind | Column]:
    """Field key → kind, as an expression of the form sees it; ``inside``: one over the rows of that part.

    A field of a part that repeats is a column, except inside the rows of its own part.
    """
    found: dict[str, Kind | Column] = {}
    for part, field in definition.fields():
        kind = _KINDS[field.type]
        repeats = part.rows is not None and (inside is None or part.key != inside.key)
        found[field.key] = Column(kind) if repeats and isinstance(kind, Kind) else kind
    return found


def in_order(definition: Definition) -> tuple[tuple[Part, Field], ...]:
    """All fields, each behind those that its conditions and its formula are over; otherwise as in the form.

    Raises:
        Circle: naming the fields that wait for each other.
    """
    places = {field.key: (part, field) for part, field in definition.fields()}
    done: dict[str, None] = {}
    for key in places:
        _visit(key, places, done, [])
    return tuple(places[key] for key in done)


class Circle(ValueError):
    """Fields that depend on each other in a circle; ``keys`` in the order of the circle."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self.keys = keys
        super().__init__(" → ".join(keys))


def _visit(
    key: str, places: Mapping[str, tuple[Part, Field]], done: dict[str, None], waiting: list[str]
) -> None:
    """Depth first with a stack of its own: a form may chain hundreds of fields."""
    stack: list[tuple[str, Iterator[str]]] = []

    def enter(one: str) -> None:
        waiting.append(one)
        stack.append((one, iter(sorted(_needs(*places[one])))))

    if key not in done:
        enter(key)
    while stack:
        current, needed = stack[-1]
        following = next((one for one in needed if one in places and one not in done), None)
        if following is None:
            stack.pop()
            waiting.pop()
            done[current] = None
        elif following in waiting:
            raise Circle((*waiting[waiting.index(following) :], following))
        else:
            enter(following)


def _needs(part: Part, field: Field) -> set[str]:
    texts = [text for text in (part.when, field.when, field.formula) if text]
    found: set[str] = set()
    for text in texts:
        try:
            found.update(parse(text).names)
        except ExpressionError:
            # Told of by the expression's own problem.
            continue
    return found
