"""What of each distinct text may be shown: the mask over it, and the decision that stands before everything.

Both are given once for each text, however often it was sent. A text is public only where a person confirmed
its mask and decided to show it; nothing is labelled illegal by a machine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.methods import masking
from jichi.voices.actions import DECIDE, MASK
from jichi.voices.enums import Decision
from jichi.voices.models import OpinionSet, Wording
from jichi.voices.queries.texts import TEXT

from .pacing import update_rows
from .steps import words_required

SEVERAL = "voices.wordings"
"""What the trail calls many texts that one act decided."""
_MOST_REASON = 2000
_MARKS_ABROAD: Mapping[str, str] = {kind.value: f"[{kind.value.replace('_', ' ')}]" for kind in masking.Kind}

Spans = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Decided:
    """How many texts one act decided, and the ids of those that somebody has to look at one by one."""

    done: int
    left: tuple[int, ...]


def confirm_mask(*, viewer: Viewer, wording_id: int, version: int | None, spans: Spans) -> Wording:
    """Confirm what is masked in a text: ``spans`` ([{"start", "end", "kind"}]), none where nothing is.

    Where the text is public already, it is shown with the new mask from now on.

    Raises:
        Wording.DoesNotExist; NotAllowed; Conflict; Invalid: spans that do not fit, or the text is gone.
    """
    with _held(viewer, MASK, wording_id, version) as (row, text):
        _put_mask(viewer, row, text, spans)
        if row.decision in (Decision.SHOWN, Decision.MASKED):
            row.decision = Decision.MASKED if row.spans else Decision.SHOWN
        _save(row)
        record(viewer, MASK, row, fields={"spans": CHANGED, "masked": CHANGED})
    return row


def decide_wording(
    *,
    viewer: Viewer,
    wording_id: int,
    version: int | None,
    decision: str,
    reason: str = "",
    spans: Spans | None = None,
) -> Wording:
    """Decide how a text is published, with ``spans`` confirming the mask in the same act.

    Without ``spans`` the mask must be confirmed, or nothing was proposed to be masked. ``withheld`` says why;
    the text is then counted and never shown.

    Raises:
        Wording.DoesNotExist; NotAllowed; Conflict; Invalid.
    """
    with _held(viewer, DECIDE, wording_id, version) as (row, text):
        said = _checked(decision, reason)
        before = row.decision
        if spans is not None:
            viewer.require(MASK, row.desk)
            _put_mask(viewer, row, text, spans)
        if decision in (Decision.SHOWN, Decision.MASKED):
            if row.mask_confirmed_at is None and row.proposed_spans:
                sentence = _("Something in this text may have to be masked. Confirm the mask first.")
                raise Invalid({"spans": [sentence]})
            if row.mask_confirmed_at is None:
                _put_mask(viewer, row, text, ())
            _fits(decision, row)
        _put_decision(viewer, row, decision, said)
        _save(row)
        fields: dict[str, Any] = {"decision": [before, row.decision]}
        fields |= {"decision_reason": CHANGED} if said else {}
        fields |= {"masked": CHANGED} if spans is not None else {}
        record(viewer, DECIDE, row, fields=fields)
    return row


def decide_many(
    *,
    viewer: Viewer,
    wording_ids: Collection[int] = (),
    set_id: int | None = None,
    decision: str,
    reason: str = "",
) -> Decided:
    """Decide for many texts of one desk, or for all of a set, in one act with one entry in the trail.

    Shown are at once those in which nothing was proposed to be masked, or where a person found nothing to
    mask; masked those whose mask is confirmed. The others are left to be looked at one by one.

    Raises:
        OpinionSet.DoesNotExist; Wording.DoesNotExist; NotAllowed; Invalid.
    """
    said = _checked(decision, reason)
    rows = Wording.objects.filter(size__gt=0)
    if set_id is not None:
        desk = OpinionSet.objects.select_related("desk").get(pk=set_id).desk
        rows = rows.filter(set_id=set_id)
    else:
        first = Wording.objects.select_related("desk").filter(pk__in=list(wording_ids)[:1]).get()
        desk = first.desk
        rows = rows.filter(pk__in=list(wording_ids), desk=desk)
    viewer.require(DECIDE, desk)
    changes, left = _changes(viewer, rows, decision, said)
    with act(viewer, DECIDE, desk):
        # Whoever changed one of them since it was read is not overwritten.
        now = dict(rows.select_for_update().order_by("pk").values_list("pk", "version"))
        good = [change for change in changes if now.get(change[-1]) == change[-2] - 1]
        late = [change[-1] for change in changes if now.get(change[-1]) != change[-2] - 1]
        update_rows(Wording, _CHANGED, good)
        if good:
            record(
                viewer,
                DECIDE,
                None,
                object_type=SEVERAL,
                object_id=f"set:{set_id}" if set_id is not None else f"desk:{desk.pk}",
                fields={"decision": [None, decision]},
                count=len(good),
                digest=digest_of(change[-1] for change in good),
            )
    return Decided(len(good), tuple(sorted([*left, *late])))


def mark_harsh(*, viewer: Viewer, wording_id: int, version: int | None, is_harsh: bool) -> Wording:
    """Say that a text is harsh to read: lists blur it until asked. It says nothing about its publication.

    Raises:
        Wording.DoesNotExist; NotAllowed; Conflict.
    """
    with _held(viewer, MASK, wording_id, version) as (row, _text):
        before, row.is_harsh = row.is_harsh, is_harsh
        _save(row)
        record(viewer, MASK, row, fields={"is_harsh": [before, is_harsh]})
    return row


@contextmanager
def _held(viewer: Viewer, key: str, wording_id: int, version: int | None) -> Iterator[tuple[Wording, str]]:
    desk = Wording.objects.select_related("desk").get(pk=wording_id).desk
    with act(viewer, key, desk):
        Wording.objects.select_for_update().only("pk").get(pk=wording_id)
        row = Wording.objects.select_related("desk").annotate(text=TEXT).get(pk=wording_id)
        if version is not None and row.version != version:
            raise Conflict(row)
        yield row, row.text or ""


def _checked(decision: str, reason: str) -> str:
    if decision not in Decision.values:
        raise Invalid({"decision": [_("Choose how this text is published.")]})
    if len(reason) > _MOST_REASON:
        raise Invalid({"reason": [_("Say the reason in fewer words.")]})
    if decision == Decision.WITHHELD:
        return words_required(reason, "reason", _("Say why this text is withheld; the reason is published."))
    if "\0" in reason:
        return words_required(reason, "reason", "")
    return reason.strip()


def _put_mask(viewer: Viewer, row: Wording, text: str, spans: Spans) -> None:
    if len(text) != row.length or not text:
        raise Invalid({"": [_("This text was destroyed. It can only be withheld.")]})
    row.spans, row.masked = masked(text, spans, language=row.language)
    row.mask_confirmed_by, row.mask_confirmed_at = viewer.actor, timezone.now()


def masked(text: str, spans: Spans, *, language: str = "ja") -> tuple[list[dict[str, Any]], str]:
    """The spans as they are kept, sorted, and the text as it may be shown.

    Raises:
        Invalid: for spans outside the text, that overlap, or of an unknown kind.
    """
    try:
        chosen = sorted(
            (
                masking.Span(int(one["start"]), int(one["end"]), masking.Kind(one["kind"]), 1.0, "label")
                for one in spans
            ),
            key=lambda span: (span.start, span.end),
        )
        marks = masking.MARKS if language.startswith("ja") else _MARKS_ABROAD
        shown = masking.apply(text, chosen, marks=marks)
    except (KeyError, TypeError, ValueError, masking.MaskingError) as error:
        sentence = _("The parts to be masked do not fit this text. Reload the page and mark them again.")
        raise Invalid({"spans": [sentence]}) from error
    return [{"start": one.start, "end": one.end, "kind": one.kind.value} for one in chosen], shown


def _fits(decision: str, row: Wording) -> None:
    if decision == Decision.SHOWN and row.spans:
        raise Invalid({"decision": [_("Parts of this text are masked, so it is shown with parts masked.")]})
    if decision == Decision.MASKED and not row.spans:
        raise Invalid({"decision": [_("Nothing is masked in this text. Mark what is not to be shown.")]})


def _put_decision(viewer: Viewer, row: Wording, decision: str, said: str) -> None:
    row.decision, row.decision_reason = decision, said
    is_decided = decision != Decision.PENDING
    row.decided_by = viewer.actor if is_decided else None
    row.decided_at = timezone.now() if is_decided else None


_CHANGED = (
    "decision",
    "decision_reason",
    "decided_by",
    "decided_at",
    "spans",
    "masked",
    "mask_confirmed_by",
    "mask_confirmed_at",
    "version",
)


def _save(row: Wording) -> None:
    row.version += 1
    row.save(update_fields=[*_CHANGED, "is_harsh"])


def _changes(
    viewer: Viewer, rows: QuerySet[Wording], decision: str, said: str
) -> tuple[list[tuple[Any, ...]], list[int]]:
    """New values of those that can be decided at once, with their ids last; ids of the others."""
    changes, left = [], []
    for row in rows.annotate(text=TEXT).order_by("pk").iterator(chunk_size=2000):
        if row.decision == decision and row.decision_reason == said:
            continue
        if not _can_at_once(row, decision):
            left.append(row.pk)
            continue
        if decision == Decision.SHOWN and row.mask_confirmed_at is None:
            _put_mask(viewer, row, row.text, ())
        _put_decision(viewer, row, decision, said)
        row.version += 1
        changes.append((*(getattr(row, name) for name in _CHANGED), row.pk))
    return changes, left


def _can_at_once(row: Any, decision: str) -> bool:
    if decision == Decision.SHOWN:
        is_plain = not (row.spans if row.mask_confirmed_at else row.proposed_spans)
        return is_plain and (row.mask_confirmed_at is not None or bool(row.text))
    if decision == Decision.MASKED:
        return row.mask_confirmed_at is not None and bool(row.spans)
    return True
