"""Preparing a consultation, changing it before its publication, and where its documents can be read."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.attachments import Attachment, checked
from jichi.city.errors import Conflict, Invalid
from jichi.city.models import Department
from jichi.city.queries import fiscal_year_start_month
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.consultations.actions import EDIT, MAKE
from jichi.consultations.enums import Audience, ConsultationKind, OpinionsShown, PostRule
from jichi.consultations.models import Consultation, ConsultationFile, ReadingPlace
from jichi.consultations.queries.schemes import scheme_in_force
from jichi.directory.models import Place
from jichi.plan.models import Node, PolicyDocument

from .holding import clean, clean_day, clean_translations, held, moment, put

KEY_LENGTH = 60
"""Characters of a key; the keys of its desks are longer."""
QUESTIONS = 30
_LENGTHS = {
    "title": 200,
    "summary": 4_000,
    "notice": 50_000,
    "legal_basis": 300,
    "contact_line": 300,
    "short_reason": 4_000,
    "address": 1_000,
    "fax": 40,
    "email": 200,
    "telephone": 40,
    "result_planned": 100,
}
_DAYS = ("first_day", "last_day")
_CHOICES = {"kind": ConsultationKind, "post_rule": PostRule, "opinions_shown": OpinionsShown}
_TRIES = 5


def prepare(
    *,
    viewer: Viewer,
    title: str,
    department_id: int,
    kind: str = ConsultationKind.PLAN,
    key: str = "",
    scheme_key: str = "",
    node_ids: Iterable[int] = (),
    is_sample: bool = False,
    consultation_id: uuid.UUID | None = None,
    at: datetime.datetime | None = None,
    **facts: Any,
) -> Consultation:
    """Begin a consultation of an office; nobody outside sees it before :func:`publish`.

    ``facts``: any of summary, notice, legal_basis, translations, document_id, contact_line, first_day,
    last_day, short_reason, post_rule, opinions_shown, questions ([{"key", "text", "translations"}]), address,
    fax, email, telephone, result_planned. ``key`` is its name in addresses (empty: fiscal year and number);
    ``scheme_key`` the city's scheme of codes, fields and channels (empty: the one in force).

    Raises:
        NotAllowed; Invalid: by field.
    """
    begun = moment(viewer, MAKE, at)
    row = Consultation(
        id=consultation_id or uuid.uuid4(), department_id=department_id, kind=kind, is_sample=is_sample
    )
    with act(viewer, MAKE, row):
        assert viewer.actor is not None
        if not Department.objects.filter(pk=department_id).exists():
            raise Invalid({"department": [_("This office is not known.")]})
        day = timezone.localdate(begun)
        scheme = scheme_in_force(scheme_key, on=day)
        if scheme is None:
            text = _("How this city runs its public comment is not loaded. Load its pack first.")
            raise Invalid({"scheme": [text]})
        facts.setdefault("opinions_shown", scheme.opinions_shown)
        for name, value in _checked({"title": title, "kind": kind, **facts}).items():
            setattr(row, name, value)
        row.scheme, row.created_by, row.created_at = scheme, viewer.actor, begun
        _keyed(row, key, day)
        row.nodes.set(_nodes(node_ids))
        fields = {"key": [None, row.key], "title": CHANGED, "scheme": [None, str(scheme)]}
        record(viewer, MAKE, row, fields=fields)
    return row


def edit(
    *,
    viewer: Viewer,
    consultation_id: uuid.UUID,
    version: int,
    node_ids: Iterable[int] | None = None,
    **facts: Any,
) -> Consultation:
    """Change what was prepared; ``facts`` as in :func:`prepare`. What was published stays as it is.

    After the publication only what tells readers where they are changes still: result_planned, address, fax,
    email, telephone, contact_line and translations.

    Raises:
        Consultation.DoesNotExist; NotAllowed; Conflict; Invalid: by field.
    """
    with held(viewer, EDIT, consultation_id, version) as row:
        changes = _checked(facts, row)
        if row.published_at is not None:
            fixed = sorted(
                name for name in changes if name not in _STILL and changes[name] != getattr(row, name)
            )
            if fixed or node_ids is not None:
                text = _("This was published and stays as it is. Withdraw it, or explain in the result.")
                raise Invalid({name: [text] for name in fixed or ["nodes"]})
        if node_ids is not None:
            row.nodes.set(_nodes(node_ids))
        record(viewer, EDIT, row, fields=put(row, changes))
        return row


_STILL = frozenset({"result_planned", "address", "fax", "email", "telephone", "contact_line", "translations"})


def set_places(
    *, viewer: Viewer, consultation_id: uuid.UUID, places: Sequence[tuple[int, str]]
) -> list[ReadingPlace]:
    """Where the documents can be read on paper: places of the directory with a note each, in this order.

    Raises:
        Consultation.DoesNotExist; NotAllowed; Invalid: a place that is not known, or named twice.
    """
    with held(viewer, EDIT, consultation_id, None) as row:
        wanted = dict(places)
        known = set(Place.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        if len(wanted) != len(places):
            raise Invalid({"places": [_("A place is named twice.")]})
        if set(wanted) - known:
            raise Invalid({"places": [_("This place is not known.")]})
        row.reading_places.all().delete()
        made = ReadingPlace.objects.bulk_create(
            ReadingPlace(consultation=row, place_id=pk, note=clean(note, "places", most=200), order=number)
            for number, (pk, note) in enumerate(places)
        )
        record(viewer, EDIT, row, fields={"places": [None, len(made)]}, digest=digest_of(wanted))
        return made


def add_file(
    *,
    viewer: Viewer,
    consultation_id: uuid.UUID,
    title: str,
    name: str,
    content: bytes,
    audience: str = Audience.FULL,
    language: str = "ja",
    translations: Mapping[str, Any] | None = None,
) -> ConsultationFile:
    """Add a document: outline, material, a form to fill in by hand. Its content tells what it is.

    Raises:
        Consultation.DoesNotExist; NotAllowed; Invalid: no title, or a file of a kind that is not taken.
    """
    with held(viewer, EDIT, consultation_id, None) as row:
        said = clean(title, "title", most=200, required=_("Say what this document is."))
        if audience not in Audience.values:
            raise Invalid({"audience": [_("This is not one of the choices.")]})
        file: Attachment = checked((name, content))
        made = ConsultationFile.objects.create(
            consultation=row,
            title=said,
            translations=clean_translations(translations),
            audience=audience,
            language=language[:12],
            name=file.name[:120],
            media_type=file.media_type,
            size=file.size,
            content=file.content,
            order=row.files.count(),
        )
        record(viewer, EDIT, row, fields={"file": [None, file.sha256]})
        return made


def remove_file(*, viewer: Viewer, consultation_id: uuid.UUID, file_id: int) -> None:
    """Take a document away again, before the publication.

    Raises:
        Consultation.DoesNotExist, ConsultationFile.DoesNotExist; NotAllowed; Invalid: it is published.
    """
    with held(viewer, EDIT, consultation_id, None) as row:
        file = row.files.get(pk=file_id)
        if row.published_at is not None:
            raise Invalid({"": [_("This was published and stays as it is.")]})
        file.delete()
        record(viewer, EDIT, row, fields={"file": [file_id, None]})


# --- checking -----------------------------------------------------------------------------------------
def _checked(facts: Mapping[str, Any], row: Consultation | None = None) -> dict[str, Any]:
    """The changes that ``facts`` ask for, cleaned. Raises Invalid by field; TypeError for an unknown one."""
    found: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for name, value in facts.items():
        try:
            found[name] = _one(name, value)
        except Invalid as error:
            wrong |= error.messages
    if wrong:
        raise Invalid(wrong)
    first, last = (found.get(name, getattr(row, name, None)) for name in _DAYS)
    if (first is None) != (last is None):
        raise Invalid({"last_day" if last is None else "first_day": [_("Give both days or none.")]})
    if first is not None and last < first:
        raise Invalid({"last_day": [_("The last day is before the first.")]})
    return found


def _one(name: str, value: Any) -> Any:
    if name in _LENGTHS:
        required = _("Say what is put before the public.") if name == "title" else ""
        said = clean(value, name, most=_LENGTHS[name], required=required)
        return " ".join(said.split()) if name == "title" else said
    if name in _CHOICES:
        if value not in _CHOICES[name].values:
            raise Invalid({name: [_("This is not one of the choices.")]})
        return str(value)
    if name in _DAYS:
        return clean_day(value, name)
    if name == "translations":
        return clean_translations(value)
    if name == "questions":
        return _questions(value)
    if name == "document_id":
        if value is not None and not PolicyDocument.objects.filter(pk=value).exists():
            raise Invalid({"document": [_("This document is not known.")]})
        return value
    raise TypeError(f"a consultation has no {name}")


def _questions(given: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number, item in enumerate(given, start=1):
        text = clean(item.get("text", ""), "questions", most=1_000, required=_("A question has no text."))
        key = re.sub(r"[^a-z0-9-]", "", str(item.get("key") or f"q{number}").lower())[:40]
        translations = clean_translations(item.get("translations"))
        found.append({"key": key or f"q{number}", "text": text, "translations": translations})
    if len(found) > QUESTIONS or len({one["key"] for one in found}) < len(found):
        text = _("At most %(most)d questions, each with a key of its own.")
        raise Invalid({"questions": [text % {"most": QUESTIONS}]})
    return found


def _nodes(node_ids: Iterable[int]) -> list[Node]:
    wanted = set(node_ids)
    found = list(Node.objects.filter(pk__in=wanted))
    if len(found) < len(wanted):
        raise Invalid({"nodes": [_("This part of the plan is not known.")]})
    return found


def _keyed(row: Consultation, key: str, day: datetime.date) -> None:
    """Store the row under its key; one that the city gives itself counts up within the fiscal year."""
    given = slugify(key)[:KEY_LENGTH]
    if key and given != key:
        raise Invalid({"key": [_("A key has small letters, numbers and hyphens, 60 at most.")]})
    year = day.year if day.month >= fiscal_year_start_month() else day.year - 1
    taken = set(Consultation.objects.values_list("key", flat=True))
    if given in taken:
        raise Invalid({"key": [_("Another consultation has this key.")]})
    for _try in range(_TRIES):
        numbers = (f"{year}-{number}" for number in range(1, len(taken) + _TRIES + 2))
        row.key = given or next(one for one in numbers if one not in taken)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            if not Consultation.objects.filter(key=row.key).exists():
                raise
            if given:
                raise Conflict(Consultation.objects.get(key=given)) from None
            taken.add(row.key)
        else:
            return
    raise Invalid({"key": [_("Another consultation has this key.")]})
