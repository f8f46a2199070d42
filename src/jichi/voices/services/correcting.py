"""An officer's correction of how a submission falls into opinions. No character is lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city import keys
from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import record
from jichi.methods import splitting
from jichi.voices.actions import SPLIT
from jichi.voices.enums import EventKind
from jichi.voices.models import Opinion, Original, Voice, Wording

from .counting import recount_wordings
from .dividing import (
    OPINION_FIELDS,
    Known,
    Read,
    keep_wordings,
    names_of,
    new_wording,
    point_at_samples,
    rows_of,
)
from .pacing import insert_rows
from .parting import MOST_PARTS, Piece, digest_of_text, place_of
from .steps import happened, held, put

Anchors = Sequence[tuple[str, str]]


def divide(
    *,
    viewer: Viewer,
    voice_id: int,
    version: int | None,
    parts: Sequence[splitting.Part],
    anchors: Anchors | None = None,
) -> Voice:
    """Divide a submission into these parts, which rebuild its original.

    ``anchors``: of each part the passage of the draft and the question it belongs to; None takes them from
    the passages that it was written under. Parts that stay as they were keep what was said of them.

    Raises:
        Voice.DoesNotExist; NotAllowed; Conflict; Invalid: parts that do not rebuild the original, an original
        that is gone, or a part on which a decision hangs is to go.
    """
    with held(viewer, SPLIT, voice_id, version) as row:
        original = Original.objects.get(voice=row)
        if original.destroyed_at is not None or not original.text:
            raise Invalid({"": [_("There is no text to divide.")]})
        pieces = _pieces(original, parts, anchors)
        before = list(Opinion.objects.filter(voice=row).order_by("position"))
        touched = _replace(row, original.text, pieces, before)
        happened(viewer, row, EventKind.SPLIT, facts={"parts": [len(before), len(pieces)]})
        put(row, {"divided_at": timezone.now()})
        record(viewer, SPLIT, row, fields={"parts": [len(before), len(pieces)]})
    recount_wordings(touched)
    return row


def _pieces(original: Original, parts: Sequence[splitting.Part], anchors: Anchors | None) -> list[Piece]:
    if len(parts) > MOST_PARTS:
        raise Invalid({"parts": [_("At most %(most)s parts.") % {"most": MOST_PARTS}]})
    try:
        splitting.check(parts, original.text)
    except splitting.SplitError as error:
        sentence = _("The parts do not follow one another through the whole text. Reload and try again.")
        raise Invalid({"parts": [sentence]}) from error
    if anchors is not None and len(anchors) != len(parts):
        raise Invalid({"anchors": [_("Each part has its own passage.")]})
    places = anchors or [place_of(part.start, part.end, original.passages) for part in parts]
    return [
        Piece(part.start, part.end, part.is_opinion, anchor[:40], question[:40])
        for part, (anchor, question) in zip(parts, places, strict=True)
    ]


def _replace(row: Voice, text: str, pieces: Sequence[Piece], before: Sequence[Opinion]) -> set[int]:
    """Put new parts in the place of the old ones; the texts whose counts change."""
    wanted = {(one.start, one.end, one.is_opinion) for one in pieces}
    kept = {
        (one.start, one.end, one.wording_id is not None): one
        for one in before
        if (one.start, one.end, one.wording_id is not None) in wanted
    }
    gone = [one for one in before if one not in kept.values()]
    touched = {one.wording_id for one in gone if one.wording_id is not None}
    _delete(gone)
    _move_away(list(kept.values()))
    made = _made(row, text, pieces)
    fresh = []
    for values, piece in zip(made, pieces, strict=True):
        same = kept.get((piece.start, piece.end, piece.is_opinion))
        if same is None:
            fresh.append(values)
            continue
        same.position, same.anchor, same.question = values[1], piece.anchor, piece.question
        same.save(update_fields=["position", "anchor", "question"])
    insert_rows(Opinion, OPINION_FIELDS, fresh)
    new = {values[5] for values in fresh if values[5] is not None}
    point_at_samples(touched | new)
    return touched | new


_AWAY = 10_000


def _move_away(rows: Sequence[Opinion]) -> None:
    """Positions are unique: those that stay make room first."""
    for one in rows:
        one.position += _AWAY
        one.save(update_fields=["position"])


def _delete(gone: Sequence[Opinion]) -> None:
    ids = [one.pk for one in gone]
    Wording.objects.filter(sample_id__in=ids).update(sample=None)
    try:
        Opinion.objects.filter(pk__in=ids).delete()
    except ProtectedError as error:
        sentence = _("The city has already said something to one of these parts. Take that back first.")
        raise Invalid({"parts": [sentence]}) from error


def _made(row: Voice, text: str, pieces: Sequence[Piece]) -> list[tuple[Any, ...]]:
    key = keys.key("digest")
    texts = [text[one.start : one.end] for one in pieces]
    digests = [
        digest_of_text(said, key) if one.is_opinion else None for said, one in zip(texts, pieces, strict=True)
    ]
    known = Known(row.desk)
    known.look_up(one for one in digests if one is not None)
    names = names_of([row.pk]).get(row.pk, ()) if row.has_contact else ()
    fresh = {
        digest: new_wording(row.desk, digest, said, language=row.language, names=names)
        for digest, said in zip(digests, texts, strict=True)
        if digest is not None and digest not in known.ids
    }
    keep_wordings(known, list(fresh.values()))
    return rows_of(Read(row.pk, row.language, text, list(pieces), digests, row.has_contact), known.ids)
