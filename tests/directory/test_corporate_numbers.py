"""The check digit of a corporate number: known examples, and what it does and does not notice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.directory.corporate_numbers import check_digit, is_corporate_number, normalised

BASES = st.text("0123456789", min_size=12, max_size=12)


# The tax agency's own worked example, its number, and the digital agency's.
@pytest.mark.parametrize("number", ["8700110005901", "7000012050002", "8000012010038", "7123456789012"])
def test_numbers_that_are_in_use_pass(number: str) -> None:
    assert is_corporate_number(number)


@pytest.mark.parametrize(
    "text",
    ["", "700110005901", "87001100059011", "870011000590x", "８７００１１０００５９０１", "0700110005901"],
)
def test_what_is_no_number_does_not(text: str) -> None:
    assert not is_corporate_number(text)


@given(BASES)
def test_exactly_one_digit_completes_a_base_number(base: str) -> None:
    fitting = [digit for digit in "0123456789" if is_corporate_number(digit + base)]
    assert fitting == [str(check_digit(base))]
    assert fitting != ["0"]


@given(BASES, st.integers(0, 12), st.sampled_from("0123456789"))
def test_one_mistyped_digit_is_noticed_unless_it_is_a_nine_for_a_nought(
    base: str, place: int, digit: str
) -> None:
    number = f"{check_digit(base)}{base}"
    typed = number[:place] + digit + number[place + 1 :]
    alike = {digit, number[place]} == {"0", "9"} and place > 0
    assert is_corporate_number(typed) is (typed == number or alike)


@given(BASES, st.sampled_from(["-", " ", "－", "‐", "　"]))
def test_the_way_of_typing_makes_no_difference(base: str, between: str) -> None:
    number = f"{check_digit(base)}{base}"
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in number)
    assert normalised(between.join([wide[:1], wide[1:5], wide[5:]])) == number


@pytest.mark.parametrize("base", ["", "1" * 11, "1" * 13, "１" * 12, "12345678901a"])
def test_only_a_base_number_has_a_check_digit(base: str) -> None:
    with pytest.raises(ValueError, match="12 digits"):
        check_digit(base)
