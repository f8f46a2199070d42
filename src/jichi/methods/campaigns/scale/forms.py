"""Kernels on submissions and their normal forms.

A form is told everywhere by the first half of its digest, with the sign turned so that the order of signed
numbers is that of digests, in which one machine puts its rows. The second half goes along for the key of a
set, and to refuse two forms that share the first.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from jichi.methods.campaigns.exact import forms_of
from jichi.methods.campaigns.scale.batches import Batch, Blobs, Numbers, blobs, numbers, take
from jichi.methods.texts.errors import TextError
from jichi.methods.texts.shingles import Units

__all__ = ["as_numbers", "digests_of", "distinct_forms", "forms_in", "places_in", "units_of"]

_SIGN = np.uint64(1 << 63)


def as_numbers(halves: npt.NDArray[np.uint64]) -> Numbers:
    """Halves of digests as signed numbers of the same order."""
    return np.asarray((halves ^ _SIGN).view(np.int64))


def digests_of(form: Numbers, low: Numbers) -> list[str]:
    """Digests as they are written in the key of a set."""
    halves = zip((form.view(np.uint64) ^ _SIGN).tolist(), (low.view(np.uint64) ^ _SIGN).tolist(), strict=True)
    return [f"{high:016x}{rest:016x}" for high, rest in halves]


def units_of(batch: Batch) -> Units:
    """The texts of a batch."""
    held = blobs(batch, "units")
    return Units(units=held.data.view(np.uint16), starts=held.starts // 2)


def as_blobs(units: Units) -> Blobs:
    """Texts as bytes."""
    return Blobs(np.ascontiguousarray(units.units).view(np.uint8), units.starts * 2)


def _texts(batch: Batch) -> list[str]:
    return [text.decode("utf-8", "surrogatepass") for text in blobs(batch, "text").strings()]


def forms_in(batch: Batch) -> Batch:
    """The different forms of a batch of submissions."""
    found = forms_of(list(dict.fromkeys(_texts(batch))))
    high, low = (as_numbers(np.ascontiguousarray(found.digests[:, half])) for half in (0, 1))
    return {"form": high, "low": low, "units": as_blobs(found.units)}


def places_in(batch: Batch) -> Batch:
    """The form of each submission."""
    found = forms_of(_texts(batch))
    high = as_numbers(np.ascontiguousarray(found.digests[:, 0]))
    return {"form": high[found.form_of], "id": blobs(batch, "id")}


def distinct_forms(batch: Batch) -> Batch:
    """Each form once.

    Raises
    ------
    TextError
        ``"digests-collide"`` if two forms share half a digest: a chance of 1 in 90,000 among 20 million.
    """
    form, low = numbers(batch, "form"), numbers(batch, "low")
    order = np.lexsort((low, form))
    same = form[order][1:] == form[order][:-1]
    if (same & (low[order][1:] != low[order][:-1])).any():
        raise TextError(
            "digests-collide",
            "two different texts have one number; group in parts on one machine",
        )
    return take(batch, order[np.concatenate([[True], ~same])] if len(order) else order)
