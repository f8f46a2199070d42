"""Which column of a city's table says what: by the words of its head, in Japanese and English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

WORDS: dict[str, tuple[str, ...]] = {
    key: tuple(words.split())
    for key, words in {
        "id": "受付id 受付番号 受付no 受理番号 id no 番号 整理番号 提出id number reference",
        "received": "受付日 受付日時 受信日 受信日時 提出日 提出日時 到着日 日付 received date",
        "channel": "方法 提出方法 受付方法 手段 経路 channel method",
        "name": "氏名 名前 お名前 ご氏名 提出者 name",
        "organisation": "団体名 団体 法人名 所属 組織名 organisation organization",
        "postal_code": "郵便番号 postalcode zip zipcode",
        "address": "住所 ご住所 所在地 address",
        "email": "メール メールアドレス eメール 電子メール email mail emailaddress",
        "phone": "電話 電話番号 tel phone telephone",
        "contact": "連絡先 contact",
        "title": "題名 件名 表題 タイトル title subject",
        "text": "意見 ご意見 意見内容 意見の内容 意見等 本文 内容 コメント opinion text comment",
        "language": "言語 language lang",
        "may_publish": "公表可否 公表 公開可否 公表の可否 公表同意 maypublish publish consent",
        "wants_reply": "返信希望 回答希望 返信 wantsreply reply",
        "file": "ファイル ファイル名 添付 添付ファイル file filename attachment",
        "late_reason": "遅延理由 遅着理由 latereason",
    }.items()
}
"""The words by which each column is found, in the form that :func:`plain` gives."""

CONTACT = ("name", "organisation", "postal_code", "address", "email", "phone")

_KNOWN = {word: key for key, words in WORDS.items() for word in words}
_BETWEEN = re.compile(r"[\s_\-・.:：*※]+|[(\[【〔].*?[)\]】〕]")


@lru_cache(maxsize=1024)
def plain(head: str) -> str:
    """A head cell for comparing: narrow, small, without blanks, marks and what stands in brackets."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", head).casefold())


def columns_of(cells: Sequence[str]) -> dict[str, int]:
    """Which column each known word stands over; of two with the same meaning the first counts."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        key = _KNOWN.get(plain(cell))
        if key is not None:
            found.setdefault(key, place)
    return found


def is_head(cells: Sequence[str]) -> bool:
    """Whether the row is a head from which voices can be read: it names the text, or the file with it."""
    found = columns_of(cells)
    return "text" in found or "file" in found
