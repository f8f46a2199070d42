"""Receipt numbers: no two alike, every slip of the pen shown, read in any writing."""

from __future__ import annotations

import hmac
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods import receipts
from jichi.methods.receipts import SEQUENCES, ReceiptError

KEY = b"a key of the tests, 32 bytes long"
SOME = st.integers(0, SEQUENCES - 1)
HYPHENS = "-－ー−–—―〜～ 　\u200b\t."


def refused(text: str) -> str:
    with pytest.raises(ReceiptError) as caught:
        receipts.read(text)
    return caught.value.code


@settings(max_examples=40)
@given(SOME)
def test_a_number_leads_back_to_its_place(sequence):
    number = receipts.number_of(sequence, KEY)
    assert len(number) == 14 and number[0] != "9"
    assert receipts.sequence_of(number, KEY) == sequence
    assert receipts.sequence_of(number, KEY + b"x") != sequence


def test_the_ends_of_the_domain():
    for sequence in (0, SEQUENCES - 1):
        assert receipts.sequence_of(receipts.number_of(sequence, KEY), KEY) == sequence
    for first, count in ((-1, 1), (SEQUENCES, 1), (SEQUENCES - 1, 2)):
        with pytest.raises(ReceiptError, match="sequences run"):
            receipts.numbers_of(first, count, KEY)


def test_the_keyed_function_is_hmac():
    for message in (b"", b"\0\0\0\1", b"x" * 200):
        assert receipts._keyed(receipts._pads(KEY), message) == hmac.digest(KEY, message, "sha256")


def test_many_at_once_are_the_same_and_all_different():
    first = 2_999_000  # across the edge of a half
    many = receipts.numbers_of(first, 2_000, KEY)
    assert many[::97] == [receipts.number_of(first + at, KEY) for at in range(0, 2_000, 97)]
    assert len(set(many)) == 2_000
    # Neighbours do not look like neighbours: first digits of thousands are spread over 0 to 8.
    shares = [sum(number[0] == str(digit) for number in many) for digit in range(9)]
    assert min(shares) > 150 and max(shares) < 300


def test_every_wrong_digit_and_every_swap_of_neighbours_is_seen():
    # The check depends on the interim digit alone: all of them with all pairs of digits are all cases.
    table = receipts._TABLE
    for state in range(10):
        assert sorted(table[state]) == list(range(10))
        assert table[state][state] == 0
        for one in range(10):
            for other in range(10):
                if one != other:
                    assert table[state][one] != table[state][other]
                    assert table[table[state][one]][other] != table[table[state][other]][one]
    number = receipts.number_of(20_261_127, KEY)
    for place in range(14):
        for digit in "0123456789":
            wrong = number[:place] + digit + number[place + 1 :]
            assert wrong == number or refused(wrong) == "bad-check"
        swapped = number[:place] + number[place : place + 2][::-1] + number[place + 2 :]
        assert swapped == number or refused(swapped) == "bad-check"


@settings(max_examples=40)
@given(SOME, st.data())
def test_any_writing_is_read(sequence, data):
    number = receipts.number_of(sequence, KEY)
    signs = "".join(
        data.draw(st.sampled_from([digit, chr(ord(digit) + 0xFEE0)]))
        + data.draw(st.sampled_from(["", *HYPHENS]))
        for digit in number
    )
    label = data.draw(st.sampled_from(["", "受付番号：", "受付番号 ", "No. ", "  "]))
    assert receipts.read(label + signs) == number
    assert receipts.read(receipts.grouped(number)) == number


@settings(max_examples=40)
@given(st.text(max_size=300))
def test_whatever_is_typed_is_a_number_or_refused(text):
    try:
        assert len(receipts.read(text)) == 14
    except ReceiptError as error:
        assert error.code in ("bad-length", "bad-check", "bad-sign")


def test_it_is_told_what_is_wrong():
    number = receipts.number_of(5, KEY)
    assert refused(number[:-1]) == "bad-length"
    assert refused(number + "0") == "bad-length"
    assert refused("") == "bad-length"
    assert refused("1" * 1_000_000) == "bad-length"
    assert refused(number[:7] + "O" + number[8:]) == "bad-sign"
    assert refused(str((int(number[0]) + 1) % 10) + number[1:]) == "bad-check"
    with pytest.raises(ReceiptError, match="at least 16"):
        receipts.number_of(1, b"short")


def test_numbers_of_the_outer_zone():
    draw = random.Random(12)
    number = receipts.outside_number(draw.randrange)
    assert number[0] == "9" and receipts.is_outside(number) and receipts.read(number) == number
    assert not receipts.is_outside(receipts.number_of(9, KEY))
    with pytest.raises(ReceiptError) as caught:
        receipts.sequence_of(number, KEY)
    assert caught.value.code == "outside-number"


def test_reading_out():
    assert receipts.spoken("12345678901234", "ja-Simple") == (
        "いち に さん よん",
        "ご ろく なな はち",
        "きゅう ゼロ いち に",
        "さん よん",
    )
    assert receipts.spoken("12345678901234", "en")[3] == "three four"
