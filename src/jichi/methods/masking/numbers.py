"""Telephone numbers, mail addresses, accounts, cards, personal numbers, plates, dates of birth, receipts.

References
----------
Ministry of Internal Affairs and Communications, Telecommunication numbering plan (ten digits; eleven where a
number begins with 050, 060, 070, 080 or 090).

ISO/IEC 7812-1:2017, annex B (the check digit of cards, by Luhn).

Ministry of Internal Affairs and Communications, Ordinance 85 of 2014, article 5 (the check digit of the
Individual Number).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jichi.methods import receipts
from jichi.methods.masking.values import Kind, Span
from jichi.methods.masking.widths import with_kanji_digits

__all__ = ["numbers"]

# Every repetition is bounded, and no two that follow each other can take the same sign in two ways.
_GAP = r"[-ー. ・)(]"
_TELEPHONE = re.compile(
    rf"(?<![0-9])(?<![0-9]-)(?:\+?81{_GAP}{{0,2}}(?:\(0\))?|\(?0)[0-9]{{1,4}}{_GAP}{{0,2}}"
    rf"[0-9]{{1,4}}{_GAP}{{0,2}}[0-9]{{3,4}}(?![0-9])"
)
_ABROAD = re.compile(r"(?<![0-9])\+[1-9][0-9]{0,2}(?:[- .()]{1,2}[0-9]{1,4}){2,5}(?![0-9])")
_CALLED = re.compile(
    r"(?:電話番号|電話|携帯|ＴＥＬ|TEL|Tel|tel|FAX|Fax|fax|ファックス|ファクス|[Pp]hone|内線)"
    r"[^0-9\n]{0,6}([0-9]{2,4}[-ー ][0-9]{4}|[0-9]{6,11})(?![0-9])"
)
_DOMAIN = re.compile(
    r" ?(?:@|[\[(<]at[\])>]|[\[(]アット[\])]) ?[A-Za-z0-9-]{1,63}"
    r"(?: ?(?:\.|[\[(<]dot[\])>]) ?[A-Za-z0-9-]{1,63}){1,8}"
)
_LOCAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-!#$&'*/=?^`{|}~"
_ACCOUNT = re.compile(
    r"(?:口座番号|口座|[Aa]ccount(?: [Nn]umber| [Nn]o\.?)?)[:はが ]{0,4}"
    r"(?:No\.?|#)?[: ]{0,2}([0-9][0-9 -]{3,15}[0-9])"
    r"|\((?:普|当|普通|当座)\) ?([0-9]{6,8})(?![0-9])"
    r"|((?:普通|当座|貯蓄)(?:預金)?(?:口座)?(?:番号)?(?:[: ]|No\.){0,4}[0-9]{6,8})(?![0-9])"
    r"|(記号[: ]{0,3}[0-9]{4,6}(?:-[0-9])?[、, ]{0,3}番号[: ]{0,3}[0-9]{5,8})(?![0-9])"
)
_DIGIT = re.compile("[0-9]")
_LONG = re.compile(r"(?<![0-9+])(?<![0-9]-)[0-9](?:[- ]?[0-9]){11,18}(?![- ]?[0-9])")
_PERSONAL = re.compile(r"(?:マイナンバー|個人番号|[Mm]y ?[Nn]umber)[^0-9\n]{0,8}$")
_PLATE = re.compile(
    r"[\u4e00-\u9fff々ヶ]{1,4} ?[0-9]{2,3}[A-Z]? ?[あ-ん] ?"
    r"(?:[0-9]{2}-?[0-9]{2}|[0-9]-[0-9]{2}|[・.]{1,3}-?[0-9]{1,3})(?![0-9])"
)
_DATE = (
    r"(?:(?:(?:明治|大正|昭和|平成|令和|[MTSHR]\.?) ?(?:[0-9]{1,2}|元|[一二三四五六七八九十]{1,3})|[0-9]{4})"
    r" ?[年/.-] ?[0-9一二三四五六七八九十]{1,3} ?[月/.-] ?[0-9一二三四五六七八九十]{1,3} ?日?"
    r"|[0-9]{8}(?![0-9]))"
)
_DATED = re.compile("[0-9]月|月[0-9一二三四五六七八九十]|[0-9][/.-] ?[0-9]|[0-9]{8}|[12][0-9]{3}")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_ENGLISH_DATE = (
    rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH},? [0-9]{{4}}"
    rf"|{_MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{4}}"
    r"|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4})"
)
_BORN = re.compile(
    rf"(?:生年月日|誕生日|生まれた日)[:はが ]{{0,4}}({_DATE})"
    rf"|({_DATE})(?= ?(?:に|の)?(?:生まれ|うまれ|出生|生(?![活命物産])))"
    rf"|(?i:\b(?:born(?: on)?|birth(?:day)?|DOB))(?: is| was)?[: ]{{1,3}}({_ENGLISH_DATE}|{_DATE})"
)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if "0" <= sign <= "9")


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_personal(digits: str) -> bool:
    total = sum(
        int(digit) * (place + 1 if place <= 6 else place - 5)
        for place, digit in enumerate(reversed(digits[:11]), 1)
    )
    return int(digits[11]) == (0 if total % 11 <= 1 else 11 - total % 11)


def _telephones(text: str) -> Iterator[Span]:
    for match in _TELEPHONE.finditer(text):
        written = match.group()
        digits = _digits(written)
        home = written.startswith(("+", "81"))
        count = len(digits) - 2 + (not digits[2:].startswith("0")) if home else len(digits)
        if count not in (10, 11) or (home and written[0] != "+" and count != 11):
            continue
        parted = any(sign in written for sign in "-ー.・)(+ ")
        certainty = 0.95 if parted else 0.9 if count == 11 else 0.7
        yield Span(match.start(), match.end(), Kind.telephone, certainty, "format")
    for match in _ABROAD.finditer(text):
        if 8 <= len(_digits(match.group())) <= 15:
            yield Span(match.start(), match.end(), Kind.telephone, 0.85, "format")
    for match in _CALLED.finditer(text):
        yield Span(match.start(1), match.end(1), Kind.telephone, 0.85, "label")


def _kanji_telephones(text: str) -> Iterator[Span]:
    if "〇" not in text and "零" not in text:
        return
    for match in _TELEPHONE.finditer(with_kanji_digits(text)):
        written = text[match.start() : match.end()]
        if not any("0" <= sign <= "9" for sign in written) and len(_digits(match.group())) in (10, 11):
            yield Span(match.start(), match.end(), Kind.telephone, 0.85, "format")


def _mails(text: str) -> Iterator[Span]:
    first = last = -1
    for match in _DOMAIN.finditer(text):
        before = text[max(0, match.start() - 64) : match.start()]
        start = match.start() - (len(before) - len(before.rstrip(_LOCAL)))
        if start == match.start():
            continue
        if start >= last:
            if last > 0:
                yield Span(first, last, Kind.mail, 0.98, "format")
            first = start
        last = match.end()
    if last > 0:
        yield Span(first, last, Kind.mail, 0.98, "format")


def _accounts(text: str) -> Iterator[Span]:
    for match in _ACCOUNT.finditer(text):
        group = match.lastindex or 0
        yield Span(match.start(group), match.end(group), Kind.account, 0.95, "label")


def _long_numbers(text: str) -> Iterator[Span]:
    """Cards, personal numbers and receipts: what a number is is told by its length and check digit."""
    for match in _LONG.finditer(text):
        start, end, digits = match.start(), match.end(), _digits(match.group())
        if len(digits) == 12:
            cued = _PERSONAL.search(text[max(0, start - 16) : start]) is not None
            fits = _is_personal(digits)
            certainty = 0.98 if cued else 0.9 if fits else 0.5
            reason = "label" if cued else "check-digit" if fits else "no-check-digit"
            yield Span(start, end, Kind.personal_number, certainty, reason)
        elif len(digits) == receipts.DIGITS and _is_receipt(digits):
            yield Span(start, end, Kind.receipt, 0.9, "check-digit")
        elif _luhn(digits):
            yield Span(start, end, Kind.card, 0.9 if len(digits) >= 14 else 0.6, "check-digit")
        elif len(digits) == 16:
            yield Span(start, end, Kind.card, 0.5, "no-check-digit")


def _is_receipt(digits: str) -> bool:
    try:
        return receipts.read(digits) == digits
    except receipts.ReceiptError:
        return False


def _plates(text: str) -> Iterator[Span]:
    for match in _PLATE.finditer(text):
        yield Span(match.start(), match.end(), Kind.plate, 0.9, "format")


def _births(text: str) -> Iterator[Span]:
    if not _DATED.search(text):
        return
    for match in _BORN.finditer(text):
        group = match.lastindex or 0
        yield Span(match.start(group), match.end(group), Kind.birth_date, 0.95, "label")


def numbers(text: str) -> Iterator[Span]:
    """Everything made of digits, and mail addresses, in a folded text."""
    yield from _kanji_telephones(text)
    yield from _mails(text)
    yield from _births(text)
    if _DIGIT.search(text):
        yield from _telephones(text)
        yield from _accounts(text)
        yield from _long_numbers(text)
        yield from _plates(text)
