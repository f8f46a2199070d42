"""Expressions of forms: arithmetic as decimals do it, three-valued logic, and nothing else reachable."""

from __future__ import annotations

import contextlib
import decimal
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.expressions import (
    FUNCTIONS,
    MAX_DEPTH,
    MAX_LENGTH,
    PRECISION,
    Column,
    ExpressionError,
    Kind,
    evaluate,
    kind_of,
    parse,
)

D = Decimal


def value(text: str, **scope):
    return evaluate(parse(text), scope)


# --- arithmetic against decimals ---------------------------------------------------------------------------
NUMBERS = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=3)
SCOPES = st.fixed_dictionaries({name: st.none() | NUMBERS for name in "abcd"})


def written(number: Decimal) -> str:
    return format(abs(number), "f")


@st.composite
def arithmetic(draw, depth: int = 4):
    """An expression as text, with a function that computes it from a scope by itself."""
    kind = draw(st.integers(0, 6 if depth else 1))
    if kind == 0:
        number = abs(draw(NUMBERS))
        return written(number), lambda scope: number
    if kind == 1:
        name = draw(st.sampled_from("abcd"))
        return name, lambda scope: scope[name]
    if kind == 2:
        text, inner = draw(arithmetic(depth=depth - 1))
        return f"-({text})", lambda scope: None if inner(scope) is None else -inner(scope)
    if kind == 3:
        text, inner = draw(arithmetic(depth=depth - 1))
        return f"abs({text})", lambda scope: None if inner(scope) is None else abs(inner(scope))
    left_text, left = draw(arithmetic(depth=depth - 1))
    right_text, right = draw(arithmetic(depth=depth - 1))
    sign = draw(st.sampled_from("+-*/"))

    def both(scope):
        one, other = left(scope), right(scope)
        if one is None or other is None or (sign == "/" and other == 0):
            return None
        return {"+": one.__add__, "-": one.__sub__, "*": one.__mul__, "/": one.__truediv__}[sign](other)

    return f"({left_text}) {sign} ({right_text})", both


@settings(max_examples=200, deadline=None)
@given(arithmetic(), SCOPES)
def test_arithmetic_is_that_of_decimals(made, scope):
    text, oracle = made
    try:
        expression = parse(text)
    except ExpressionError as error:
        assert error.code == "long"
        return
    with decimal.localcontext(decimal.Context(prec=PRECISION, rounding=ROUND_HALF_UP)):
        expected = oracle(scope)
    assert evaluate(expression, scope) == expected


@given(NUMBERS, NUMBERS, NUMBERS)
def test_comparisons_are_chained(a, b, c):
    scope = {"a": a, "b": b, "c": c}
    assert evaluate(parse("a < b <= c"), scope) is (a < b <= c)
    assert evaluate(parse("a != b == c"), scope) is (a != b == c)
    assert evaluate(parse("min(a, b, c) >= max(a, b, c)"), scope) is (a == b == c)


@given(NUMBERS, st.integers(-6, 6))
def test_rounding_is_half_up(number, digits):
    expected = number.quantize(D(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    assert value(f"round(x, {digits})", x=number) == expected


def test_numbers_keep_the_digits_that_are_written():
    assert value("0.1 + 0.2") == D("0.3")
    assert value("1.005 * 1000") == D(1005)
    assert value("2 + 3 * 4 - 6 / 4") == D("12.5")


# --- three values --------------------------------------------------------------------------------------------
TRUTHS = [True, False, None]


def logic(text: str, **scope):
    return evaluate(parse(text), scope)


def test_logic_has_three_values():
    for a in TRUTHS:
        for b in TRUTHS:
            both = False if False in (a, b) else None if None in (a, b) else True
            either = True if True in (a, b) else None if None in (a, b) else False
            assert logic("a and b", a=a, b=b) is both
            assert logic("a or b", a=a, b=b) is either
        assert logic("not a", a=a) is (None if a is None else not a)


@pytest.mark.parametrize(
    "text",
    [
        "x + 1",
        "x > 1",
        "x == x",
        "-x",
        "abs(x)",
        "round(x)",
        "x / 0",
        "1 / 0",
        "max(x, 1)",
        "if_(x > 1, 1, 2)",
    ],
)
def test_what_needs_a_missing_value_is_not_known(text):
    assert value(text) is None


def test_what_does_not_need_it_is_known():
    assert value("y > 0 or x > 0", y=D(1)) is True
    assert value("y > 0 and x > 0", y=D(0)) is False
    assert value("1 > 2 > x") is False
    assert value("if_(y > 0, 1, x)", y=D(1)) == 1
    assert value("filled(x)") is False
    assert value('filled(x) or y == "a"', y="a") is True


def test_columns():
    column = [D(1), D(2), D("3.5")]
    assert value("sum(c)", c=column) == D("6.5")
    assert (value("count(c)", c=column), value("min(c)", c=column), value("max(c)", c=column)) == (
        3,
        1,
        D("3.5"),
    )
    assert value("sum(c, 1)", c=column) == D("7.5")
    # A part does not pose as the whole.
    assert value("sum(c)", c=[D(1), None]) is None
    assert value("count(c)", c=[D(1), None, ""]) == 1
    assert (value("sum(c)", c=[]), value("count(c)", c=[]), value("max(c)", c=[])) == (0, 0, None)
    # A column is no value.
    assert value("c + 1", c=column) is None


def test_several_choices():
    assert value('has(c, "en")', c=("en", "ko")) is True
    assert value('has(c, "zh")', c=("en", "ko")) is False
    assert value('has(c, "zh")', c=None) is None
    assert value("count(c)", c=("en", "ko")) == 2


def test_kinds_do_not_mix():
    assert value('x == "1"', x=D(1)) is None
    assert value("x == True", x=D(1)) is None
    assert value('x + "1"', x=D(1)) is None
    assert value("x and True", x=D(1)) is None
    assert value('day <= "2026-03-31"', day="2025-04-01") is True


def test_a_number_that_grows_too_large_is_not_known():
    assert value("round(x * x, 12)", x=D(10) ** 30) is None


# --- nothing else is reachable -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text, code",
    [
        ("", "empty"),
        ("   ", "empty"),
        ("x" * (MAX_LENGTH + 1), "long"),
        ("-" * (MAX_DEPTH + 2) + "1", "deep"),
        ("(" * 400 + "1" + ")" * 400, "syntax"),
        ("1 +", "syntax"),
        ("a b", "syntax"),
        ("a = 1", "syntax"),
        ("import os", "syntax"),
        ("a; b", "syntax"),
        ("a\x00b", "syntax"),
        ("'\\x41'", "syntax"),
        ("1if a else 2", "syntax"),
        ("a.real", "node"),
        ("a[0]", "node"),
        ("[1]", "node"),
        ("{1: 2}", "node"),
        ("lambda: 1", "node"),
        ("a if b else c", "node"),
        ("[x for x in a]", "node"),
        ("a ** 9", "node"),
        ("a % 2", "node"),
        ("a // 2", "node"),
        ("a | b", "node"),
        ("a is b", "node"),
        ("a in b", "node"),
        ("(a := 1)", "node"),
        ("f'{a}'", "node"),
        ("b'a'", "node"),
        ("1j", "syntax"),
        ("None", "node"),
        ("...", "node"),
        ("*a", "syntax"),
        ("1e9", "syntax"),
        ("0x10", "syntax"),
        ("1_000", "syntax"),
        ("1.", "number"),
        ("9" * 40, "number"),
        ("__import__", "name"),
        ("Ａ", "name"),
        ("委員", "name"),
        ("__import__('os')", "function"),
        ("eval('1')", "function"),
        ("a.b(1)", "function"),
        ("sum(1)(2)", "function"),
        ("sum()", "arguments"),
        ("abs(1, 2)", "arguments"),
        ("abs(x=1)", "arguments"),
        ("round(a, b)", "arguments"),
        ("round(a, 99)", "arguments"),
        ("sum(*a)", "node"),
        ("sum(x for x in a)", "node"),
    ],
)
def test_what_is_refused(text, code):
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert error.value.code == code


@settings(max_examples=200)
@given(
    st.one_of(
        st.text(max_size=80),
        st.text(alphabet="ab1.()+-*/<>=!, \"'[]{}:\\@_#\n", max_size=60),
        st.lists(
            st.sampled_from(["a", "sum", "(", ")", "not ", "and ", "1", ".", ",", "==", "if ", "else ", "0"])
        ).map("".join),
    )
)
def test_junk_raises_nothing_but_its_own_error(text):
    try:
        expression = parse(text)
    except ExpressionError:
        return
    found = evaluate(expression, {"a": D(1), "b": "x"})
    assert found is None or isinstance(found, Decimal | str | bool)


@settings(max_examples=200)
@given(st.text(alphabet="abc(-+ )not", min_size=200, max_size=1200))
def test_deep_nesting_is_bounded(text):
    with contextlib.suppress(ExpressionError):
        evaluate(parse(text), {})


def test_a_long_sum_is_no_deep_nesting():
    assert value("sum(" + ",".join(["1"] * 100) + ")") == 100
    assert value("+".join(["1"] * (MAX_DEPTH - 1))) == MAX_DEPTH - 1


# --- kinds -------------------------------------------------------------------------------------------------
KINDS = {
    "n": Kind.NUMBER,
    "t": Kind.TEXT,
    "y": Kind.TRUTH,
    "ns": Column(Kind.NUMBER),
    "ts": Column(Kind.TEXT),
}


@pytest.mark.parametrize(
    "text, kind",
    [
        ("n + sum(ns) / count(ts)", Kind.NUMBER),
        ("n > 1 and not y or t == 'a'", Kind.TRUTH),
        ("if_(y, t, 'x')", Kind.TEXT),
        ("if_(y, n, 0)", Kind.NUMBER),
        ("has(ts, 'a') and has(ns, 3)", Kind.TRUTH),
        ("filled(ts) == filled(t)", Kind.TRUTH),
        ("round(abs(n), 1)", Kind.NUMBER),
        ("'2025-04-01' <= t < '2026-04-01'", Kind.TRUTH),
    ],
)
def test_what_an_expression_comes_to(text, kind):
    assert kind_of(parse(text), KINDS) is kind


@pytest.mark.parametrize(
    "text, code",
    [
        ("who", "unknown_name"),
        ("sum(who)", "unknown_name"),
        ("ns + 1", "column"),
        ("ns > 3", "column"),
        ("abs(ns)", "column"),
        ("t + 1", "kind"),
        ("n == t", "kind"),
        ("n and y", "kind"),
        ("not n", "kind"),
        ("-t", "kind"),
        ("sum(ts)", "kind"),
        ("y > False", "kind"),
        ("if_(n, 1, 2)", "kind"),
        ("if_(y, 1, t)", "kind"),
        ("has(ts, 1)", "kind"),
        ("has(ns, ts)", "kind"),
    ],
)
def test_what_does_not_fit_its_names(text, code):
    with pytest.raises(ExpressionError) as error:
        kind_of(parse(text), KINDS)
    assert error.value.code == code


def test_names_come_in_order_and_without_functions():
    assert parse("sum(b) + a * b > if_(c, 1, a)").names == ("b", "a", "c")
    assert not set(FUNCTIONS) & set(parse("sum(b) + max(a, 1)").names)


@pytest.mark.parametrize("text", ["a" + ".b" * 490 + "()", "a" + "(1)" * 330, "a" + "[0]" * 300 + "(1)"])
def test_a_call_of_something_deep_is_refused_in_our_words(text):
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert error.value.code == "function" and error.value.params["function"] == text[:80]
