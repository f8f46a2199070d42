"""The form's formulas and conditions as formulas of a spreadsheet, where they can be said exactly.

``#N/A`` stands for "not known" inside, so that what is computed from a missing answer is not known either, as
in :mod:`jichi.methods.expressions`. What has no exact counterpart is left to the server, and the sheet says
so. The values shown are a help to whoever fills it in; those of record are computed on return.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from decimal import Decimal

from xlsxwriter.utility import xl_rowcol_to_cell

from jichi.methods.expressions import ExpressionError, parse
from jichi.sheets.definition import NUMBERS, TEXTS, Address, Definition, Field, FieldType, Part
from jichi.sheets.words import say

from .layout import SheetPlan, Slot

LONGEST = 4_000
"""Spreadsheets take 8,192 signs; a condition is written into the formulas that look at its field."""
LONGEST_CONDITION = 1_000
MARK = "○"

_OPERATORS: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "=",
    ast.NotEq: "<>",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


class _Untold(Exception):
    """An expression without an exact counterpart."""


class Formulas:
    """Translates over the cells of a workbook. ``yes`` and ``no`` are the words in its yes/no cells."""

    def __init__(
        self, definition: Definition, plans: Sequence[SheetPlan], *, language: str, yes: str, no: str
    ) -> None:
        self._language, self._yes, self._no = language, yes, no
        self._fields: dict[str, tuple[Part, Field]] = {
            field.key: (part, field) for part, field in definition.fields()
        }
        self._plans = {plan.part.key: plan for plan in plans}
        self._slots: dict[Address, list[Slot]] = {}
        self._computed: dict[Address, str] = {}
        for plan in plans:
            for slot in plan.slots:
                self._slots.setdefault(slot.address, []).append(slot)

    def computed(self, plan: SheetPlan, slot: Slot) -> str:
        """The formula of a computed field's cell, with its ``=``; empty when it is left to the server."""
        if slot.address not in self._computed:
            self._computed[slot.address] = self._formula(plan, slot)
        return self._computed[slot.address]

    def _formula(self, plan: SheetPlan, slot: Slot) -> str:
        try:
            inside = _Scope(self, plan, slot.address.row)
            condition = self._condition_of(plan.part, slot.field, inside)
            number = inside.known(condition, inside.read(slot.field.formula))
            formula = f'=IFERROR(ROUND({number},{slot.field.decimals}),"")'
        except (_Untold, ExpressionError):
            return ""
        return formula if len(formula) <= LONGEST else ""

    def unasked(self, plan: SheetPlan, slot: Slot) -> str:
        """A formula that is true while a field is not to be filled; empty when there is none to give."""
        try:
            condition = self._condition_of(plan.part, slot.field, _Scope(self, plan, slot.address.row))
        except (_Untold, ExpressionError):
            return ""
        formula = f"=NOT(IFERROR({condition},FALSE))"
        return formula if condition and len(formula) <= LONGEST_CONDITION else ""

    def _condition_of(self, part: Part, field: Field, inside: _Scope) -> str:
        """Whether a field is asked; empty when it always is."""
        conditions = [_Scope(self, inside.plan, "").read(part.when)] if part.when else []
        if field.when:
            conditions.append(inside.read(field.when))
        if not conditions:
            return ""
        return _all(conditions) if len(conditions) > 1 else conditions[0]


def _text(words: str) -> str:
    if len(words) > 250:
        raise _Untold
    return '"' + words.replace('"', '""') + '"'


def _all(terms: Sequence[str]) -> str:
    """False as soon as one is false, else not known as soon as one is not known."""
    refuted = ",".join(f"IFERROR(NOT({term}),FALSE)" for term in terms)
    return f"IF(OR({refuted}),FALSE,AND({','.join(terms)}))"


def _any(terms: Sequence[str]) -> str:
    proved = ",".join(f"IFERROR({term},FALSE)" for term in terms)
    return f"IF(OR({proved}),TRUE,OR({','.join(terms)}))"


class _Scope:
    """One row of a part (or none), from which names are seen."""

    def __init__(self, formulas: Formulas, plan: SheetPlan, row: str) -> None:
        self.formulas, self.plan, self.row = formulas, plan, row

    def read(self, text: str) -> str:
        """The spreadsheet's wording of an expression. Raises _Untold."""
        formula = self._of(parse(text).tree)
        if len(formula) > LONGEST:
            raise _Untold
        return formula

    @staticmethod
    def known(condition: str, value: str) -> str:
        return f"IF({condition},{value},NA())" if condition else value

    # --- names ------------------------------------------------------------------------------------------
    def _is_column(self, name: str) -> bool:
        part, _field = self.formulas._fields[name]
        return part.rows is not None and not (self.row and part.key == self.plan.part.key)

    def _slots(self, name: str) -> list[Slot]:
        """The cells of a field that is seen as one value. Raises _Untold where the sheet does not show it."""
        part, _field = self.formulas._fields[name]
        address = Address(name, self.row if part.rows is not None else "")
        found = self.formulas._slots.get(address)
        if not found:
            raise _Untold
        return found

    def _cell(self, name: str, slot: Slot) -> str:
        part, _field = self.formulas._fields[name]
        return f"{self._sheet_of(part)}{xl_rowcol_to_cell(slot.row, slot.column, row_abs=True, col_abs=True)}"

    def _sheet_of(self, part: Part) -> str:
        if part.key == self.plan.part.key:
            return ""
        name = self.formulas._plans[part.key].name.replace("'", "''")
        return f"'{name}'!"

    def _range(self, name: str, option: str = "") -> str:
        """The cells of a field over all rows of its part."""
        part, _field = self.formulas._fields[name]
        plan = self.formulas._plans.get(part.key)
        if plan is None:
            raise _Untold
        slots = [slot for slot in plan.slots if slot.address.field == name and slot.option == option]
        first, last = slots[0], slots[-1]
        return self._sheet_of(part) + ":".join(
            xl_rowcol_to_cell(slot.row, slot.column, row_abs=True, col_abs=True) for slot in (first, last)
        )

    def _name(self, name: str) -> str:
        """One value, or #N/A while it is missing or not asked for."""
        if self._is_column(name):
            raise _Untold
        part, field = self.formulas._fields[name]
        cell = self._cell(name, self._slots(name)[0])
        if field.type in NUMBERS:
            value = f"IF(ISNUMBER({cell}),{cell},NA())"
        elif field.type is FieldType.YES_NO:
            yes, no = _text(self.formulas._yes), _text(self.formulas._no)
            value = f"IF(EXACT({cell},{yes}),TRUE,IF(EXACT({cell},{no}),FALSE,NA()))"
        elif field.type in TEXTS:
            value = f'IF({cell}="",NA(),{cell})'
        else:
            raise _Untold
        if field.type is FieldType.COMPUTED:
            return value  # its own formula looks at its condition
        inside = _Scope(self.formulas, self.plan, self.row if part.rows is not None else "")
        return self.known(self.formulas._condition_of(part, field, inside), value)

    # --- nodes ------------------------------------------------------------------------------------------
    def _of(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=value):
                return _constant(value)
            case ast.Name(id=name):
                return self._name(name)
            case ast.BinOp(left=left, op=op, right=right):
                return f"({self._of(left)}{_OPERATORS[type(op)]}{self._of(right)})"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"NOT({self._of(operand)})"
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"(-{self._of(operand)})"
            case ast.UnaryOp(operand=operand):
                return self._of(operand)
            case ast.BoolOp(op=op, values=values):
                terms = [self._of(value) for value in values]
                return _all(terms) if isinstance(op, ast.And) else _any(terms)
            case ast.Compare(left=left, ops=ops, comparators=others):
                return self._comparison(left, ops, others)
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._call(name, args)
        raise _Untold

    def _comparison(self, left: ast.expr, ops: list[ast.cmpop], others: list[ast.expr]) -> str:
        terms = []
        before = left
        for op, node in zip(ops, others, strict=True):
            terms.append(self._pair(before, op, node))
            before = node
        return terms[0] if len(terms) == 1 else _all(terms)

    def _pair(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> str:
        chosen = self._choice(left, right) or self._choice(right, left)
        if not chosen and not (self._is_text(left) or self._is_text(right)):
            return f"({self._of(left)}{_COMPARISONS[type(op)]}{self._of(right)})"
        if not isinstance(op, ast.Eq | ast.NotEq):
            raise _Untold
        # The sign "=" of a spreadsheet does not look at capital letters.
        same = chosen or f"EXACT({self._of(left)},{self._of(right)})"
        return same if isinstance(op, ast.Eq) else f"NOT({same})"

    def _is_text(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant(value=str()):
                return True
            case ast.Name(id=name):
                return self.formulas._fields[name][1].type not in NUMBERS | {FieldType.YES_NO}
            case ast.Call(func=ast.Name(id="if_"), args=[_, first, _]):
                return self._is_text(first)
        return False

    def _choice(self, node: ast.expr, other: ast.expr) -> str:
        """A field of one choice against the key of a choice: its cell holds the choice's label."""
        match node, other:
            case ast.Name(id=name), ast.Constant(value=str(key)):
                part, field = self.formulas._fields[name]
            case _:
                return ""
        if field.type is not FieldType.CHOICE:
            return ""
        if self._is_column(name):
            raise _Untold
        cell = self._cell(name, self._slots(name)[0])
        labels = [say(one.label, self.formulas._language) for one in field.choices if one.key == key]
        same = f"EXACT({cell},{_text(labels[0])})" if labels else "FALSE"
        inside = _Scope(self.formulas, self.plan, self.row if part.rows is not None else "")
        condition = self.formulas._condition_of(part, field, inside)
        return self.known(condition, f'IF({cell}="",NA(),{same})')

    def _call(self, name: str, args: list[ast.expr]) -> str:
        match name:
            case "abs":
                return f"ABS({self._of(args[0])})"
            case "round":
                digits = self._of(args[1]) if len(args) == 2 else "0"
                return f"ROUND({self._of(args[0])},{digits})"
            case "if_":
                return f"IF({','.join(self._of(arg) for arg in args)})"
            case "sum" | "min" | "max":
                return self._over_numbers(name, args)
            case "count" | "filled":
                filled = self._while_asked(args, "+".join(self._filled(arg) for arg in args), "0")
                return f"({filled})" if name == "count" else f"(({filled})>0)"
            case "has":
                return self._has(args[0], args[1])
        raise _Untold

    def _while_asked(self, args: list[ast.expr], value: str, otherwise: str) -> str:
        """Columns of a part that is not asked have no rows."""
        names = [arg.id for arg in args if isinstance(arg, ast.Name) and self._is_column(arg.id)]
        parts = [self.formulas._fields[name][0] for name in names]
        conditions = [part.when for part in parts if part.when]
        if not conditions:
            return value
        if len(args) > 1:
            raise _Untold
        condition = _Scope(self.formulas, self.plan, "").read(conditions[0])
        return f"IF(IFERROR({condition},FALSE),{value},{otherwise})"

    def _over_numbers(self, name: str, args: list[ast.expr]) -> str:
        """sum, min and max: not known while a number is missing."""
        terms, missing, empty = [], [], []
        for arg in args:
            if isinstance(arg, ast.Name) and self._is_column(arg.id):
                cells, rows = self._numbers(arg.id), self._rows(arg.id)
                terms.append(cells)
                missing.append(f"COUNT({cells})<{rows}")
                empty.append(f"COUNT({cells})=0")
            else:
                terms.append(self._of(arg))
        value = f"{name.upper()}({','.join(terms)})"
        if name != "sum" and len(empty) == len(terms):
            missing.append(f"AND({','.join(empty)})")
        value = f"IF(OR({','.join(missing)}),NA(),{value})" if missing else value
        return self._while_asked(args, value, "0" if name == "sum" else "NA()")

    def _numbers(self, name: str) -> str:
        _part, field = self.formulas._fields[name]
        # A row in which it is not asked is no part of the column.
        if field.type not in NUMBERS or field.when:
            raise _Untold
        return self._range(name)

    def _rows(self, name: str) -> str:
        """How many rows the part of a column has: those it names, or those in which something stands."""
        part, _field = self.formulas._fields[name]
        plan = self.formulas._plans[part.key]
        if part.rows is not None and part.rows.fixed:
            return str(len(plan.down))
        typed = list(
            dict.fromkeys(
                (slot.address.field, slot.option)
                for slot in plan.slots[: len(plan.across)]
                if not slot.is_computed
            )
        )
        filled = "+".join(f'({self._range(key, option)}<>"")' for key, option in typed)
        return f"SUMPRODUCT(--(({filled})>0))"

    def _filled(self, arg: ast.expr) -> str:
        if not isinstance(arg, ast.Name):
            raise _Untold
        part, field = self.formulas._fields[arg.id]
        is_column = self._is_column(arg.id)
        if field.when or (part.when and not is_column) or field.type is FieldType.CHOICES:
            raise _Untold
        cells = self._range(arg.id) if is_column else self._cell(arg.id, self._slots(arg.id)[0])
        return f'SUMPRODUCT(--({cells}<>""))'

    def _has(self, chosen: ast.expr, wanted: ast.expr) -> str:
        match chosen, wanted:
            case ast.Name(id=name), ast.Constant(value=str(key)):
                part, field = self.formulas._fields[name]
            case _:
                raise _Untold
        if field.type is not FieldType.CHOICES or self._is_column(name) or field.when or part.when:
            raise _Untold
        cells = {slot.option: self._cell(name, slot) for slot in self._slots(name)}
        marked = {option: f"EXACT({cell},{_text(MARK)})" for option, cell in cells.items()}
        some = ",".join(marked.values())
        return f"IF(OR({some}),{marked.get(key, 'FALSE')},NA())"


def _constant(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return format(value, "f")
    return _text(str(value))
