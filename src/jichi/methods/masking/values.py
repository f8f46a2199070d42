"""What a proposal to mask is, and what stands in a text for what was masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from jichi.methods.errors import MethodError

__all__ = ["MARKS", "REASONS", "Kind", "MaskingError", "Span"]


class Kind(StrEnum):
    """What should not be published. (A fax number is a telephone number.)"""

    name = "name"
    address = "address"
    telephone = "telephone"
    mail = "mail"
    account = "account"
    card = "card"
    personal_number = "personal_number"
    plate = "plate"
    birth_date = "birth_date"
    receipt = "receipt"
    place = "place"


MARKS: Mapping[str, str] = MappingProxyType(
    {
        Kind.name: "〔氏名〕",
        Kind.address: "〔住所〕",
        Kind.telephone: "〔電話番号〕",
        Kind.mail: "〔メールアドレス〕",
        Kind.account: "〔口座番号〕",
        Kind.card: "〔カード番号〕",
        Kind.personal_number: "〔個人番号〕",
        Kind.plate: "〔車の番号〕",
        Kind.birth_date: "〔生年月日〕",
        Kind.receipt: "〔受付番号〕",
        Kind.place: "〔地名〕",
    }
)
"""What stands in the published text, by kind."""

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "known-name": "the sender's own name",
        "label": "follows a label such as 氏名 or 口座番号",
        "introduced": "someone tells their name",
        "addressed": "a form of address stands beside it",
        "role": "follows who someone is, such as 隣の or 担当の",
        "surname": "a common surname with a given name",
        "signature": "stands where a signature stands",
        "format": "is written as such things are",
        "check-digit": "its check digit fits",
        "no-check-digit": "has as many digits, though the check digit does not fit",
        "place-and-number": "a place with the number of a house",
        "home": "a place where someone says that they live",
        "harmful-place": "a place name that the city keeps out of print",
    }
)
"""Why something is proposed: a code and what it means in English."""


class MaskingError(MethodError):
    """Spans that do not fit their text, or a kind without a mark."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text that should be masked.

    Attributes
    ----------
    start, end
        Offsets in the text as given; ``start`` < ``end``.
    kind
        What it is.
    certainty
        From 0 to 1, to put the doubtful ones last; an opinion of the rule's author, no probability.
    reason
        A key of ``REASONS``.
    """

    start: int
    end: int
    kind: Kind
    certainty: float
    reason: str
