"""The receipt number of a voice: computed from its id under the installation's key, or given outside."""

from __future__ import annotations

from jichi.city import keys
from jichi.methods import receipts

from .models import Voice


def number_of(voice: Voice) -> str:
    """The fourteen digits on the voice's receipt.

    Raises:
        KeyProblem: if the key folder does not belong to this database.
    """
    return voice.outside_number or number_of_id(voice.pk)


def number_of_id(voice_id: int) -> str:
    """The receipt number of the voice with that id, where the outer zone gave it none."""
    return receipts.number_of(voice_id, keys.key("receipt"))


def id_of(number: str) -> int | None:
    """The id behind a number that :func:`number_of_id` made; None for one given outside.

    Raises:
        ReceiptError: for what is no receipt number.
    """
    if receipts.is_outside(number):
        return None
    return receipts.sequence_of(number, keys.key("receipt"))
