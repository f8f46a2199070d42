"""The texts of a consultation: the draft for its readers, translations of it, and the final text."""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import record
from jichi.consultations.actions import TEXT
from jichi.consultations.enums import Audience, VersionKind
from jichi.consultations.models import Consultation, DraftVersion
from jichi.methods import drafts
from jichi.ui.content import SOURCE_LANGUAGE
from jichi.voices.enums import How

from .holding import clean, held, moment, require_running

LANGUAGES_LENGTH = 12


def add_text(
    *,
    viewer: Viewer,
    consultation_id: uuid.UUID,
    content: drafts.Draft | bytes | str,
    filename: str = "",
    kind: str = VersionKind.DRAFT,
    audience: str = Audience.FULL,
    language: str = SOURCE_LANGUAGE,
    title: str = "",
    translated_how: str = "",
    at: datetime.datetime | None = None,
) -> DraftVersion:
    """Enter a text: from a docx, Markdown or text file, or already read. Paragraphs keep their anchors.

    A text of the same audience and language before it hands its anchors on; a translation with the same
    paragraphs takes those of the whole text. Once the draft is published, its whole text stays as it is and
    only the final text, or the draft for other readers, can come.

    Raises:
        Consultation.DoesNotExist; NotAllowed; Invalid: for ``content`` what could not be read and how to mend
            it; for ``kind``, ``audience``, ``translated_how``.
    """
    with held(viewer, TEXT, consultation_id, None) as row:
        now = moment(viewer, TEXT, at)
        assert viewer.actor is not None
        require_running(row)
        _require_choices(kind, audience, translated_how)
        before = newest_of(row, audience, language)
        _require_timely(row, kind, newest_of(row, audience, language, kind=VersionKind.DRAFT))
        draft = _anchored(row, read_text(content, filename, title), before, kind, audience, language)
        plain = drafts.to_plain(draft)
        text = DraftVersion.objects.create(
            consultation=row,
            kind=kind,
            audience=audience,
            language=language[:LANGUAGES_LENGTH],
            number=(before.number if before else 0) + 1,
            title=clean(draft.title or row.title, "title", most=300),
            content=plain,
            digest=digest_of_text(plain),
            translated_how=translated_how,
            created_by=viewer.actor,
            created_at=now,
            published_at=_at_once(row, kind, now),
        )
        fields = {"text": [None, f"{audience}/{language}/{text.number}"], "digest": [None, text.digest]}
        record(viewer, TEXT, row, fields=fields)
        return text


def keep_draft(
    *, viewer: Viewer, consultation_id: uuid.UUID, at: datetime.datetime | None = None
) -> DraftVersion:
    """Say that the final text is the draft, unchanged. Raises as :func:`add_text`; Invalid without draft."""
    with held(viewer, TEXT, consultation_id, None) as row:
        draft = newest_of(row, Audience.FULL, SOURCE_LANGUAGE, kind=VersionKind.DRAFT)
        if draft is None:
            raise Invalid({"content": [_("There is no draft whose text could stay.")]})
        return add_text(
            viewer=viewer,
            consultation_id=row.pk,
            content=drafts.from_plain(draft.content),
            kind=VersionKind.FINAL,
            at=at,
        )


def newest_of(
    row: Consultation, audience: str, language: str, *, kind: str | None = None
) -> DraftVersion | None:
    """The newest text of an audience and language; of one kind only where asked."""
    rows = row.texts.filter(audience=audience, language=language[:LANGUAGES_LENGTH])
    return (rows.filter(kind=kind) if kind else rows).order_by("-number").first()


def digest_of_text(plain: dict[str, Any]) -> str:
    """The SHA-256 of a text's plain form."""
    whole = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()


def read_text(content: drafts.Draft | bytes | str, filename: str, title: str = "") -> drafts.Draft:
    """A draft out of what was given. Raises Invalid for ``content``, saying what is wrong and where."""
    try:
        if isinstance(content, drafts.Draft):
            return content
        suffix = filename.rsplit(".", 1)[-1].lower() if "." in filename else "txt"
        if suffix == "docx" and isinstance(content, bytes):
            return drafts.from_docx(content, title=title)
        if suffix not in {"txt", "text", "md", "markdown"}:
            text = _("A draft comes as docx, Markdown (.md) or text (.txt). Save it as one of these.")
            raise Invalid({"content": [text]})
        said = clean(_decoded(content), "content", most=5_000_000)
        reader = drafts.from_text if suffix in {"txt", "text"} else drafts.from_markdown
        return reader(said, title=title)
    except drafts.DraftError as error:
        raise Invalid({"content": [_sentence(error)]}) from error


def _decoded(content: bytes | str) -> str:
    if isinstance(content, str):
        return content
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid({"content": [_("The characters of this file cannot be read. Save it as UTF-8.")]})


def _sentence(error: drafts.DraftError) -> str:
    words = {
        "not-docx": _("This is not a docx file. Save it as docx, Markdown or text."),
        "too-large": _("The file is too large. Leave out pictures, or divide it."),
        "zip-bomb": _("The file is far larger when unpacked than it may be. Save it anew."),
        "macros": _("The file has macros. Save it as docx without macros."),
        "external-entity": _("The file points to something outside itself. Save it anew."),
        "encrypted": _("The file has a password. Save it without one."),
        "damaged": _("The file is damaged. Save it anew."),
        "too-many-paragraphs": _("The text has too many paragraphs. Divide it."),
        "empty": _("There is no text in it."),
        "anchors-not-unique": _("Two paragraphs have the same anchor."),
    }
    place = str(error.params.get("place", "") or "")
    said = words.get(error.code) or _("The text cannot be read (%(code)s).") % {"code": error.code}
    return f"{said} ({place})" if place else said


def _require_choices(kind: str, audience: str, how: str) -> None:
    wrong = {
        name: [_("This is not one of the choices.")]
        for name, value, known in (
            ("kind", kind, VersionKind.values),
            ("audience", audience, Audience.values),
            ("translated_how", how, ["", *How.values]),
        )
        if value not in known
    }
    if wrong:
        raise Invalid(wrong)


def _require_timely(row: Consultation, kind: str, draft: DraftVersion | None) -> None:
    if kind == VersionKind.FINAL:
        if row.published_at is None:
            raise Invalid({"kind": [_("The final text comes after the draft was put before the public.")]})
        if row.result_published_at is not None:
            text = _("The result is published; its final text stays. Correct the result instead.")
            raise Invalid({"kind": [text]})
    elif draft is not None and draft.published_at is not None:
        text = _("This text was published and stays as it is. What changes belongs into the final text.")
        raise Invalid({"kind": [text]})


def _at_once(row: Consultation, kind: str, now: datetime.datetime) -> datetime.datetime | None:
    """The moment from which it is public: a draft for further readers joins the published one at once."""
    if kind == VersionKind.FINAL or row.published_at is None:
        return None
    first = (
        row.texts.filter(kind=VersionKind.DRAFT, published_at__isnull=False).order_by("published_at").first()
    )
    return max(now, first.published_at) if first is not None and first.published_at else now


def _anchored(
    row: Consultation,
    draft: drafts.Draft,
    before: DraftVersion | None,
    kind: str,
    audience: str,
    language: str,
) -> drafts.Draft:
    if before is not None:
        return drafts.carry_anchors(drafts.from_plain(before.content), draft)
    if audience != Audience.FULL or language == SOURCE_LANGUAGE:
        return draft
    whole = newest_of(row, Audience.FULL, SOURCE_LANGUAGE, kind=kind)
    return _as_translated(drafts.from_plain(whole.content), draft) if whole is not None else draft


def _as_translated(whole: drafts.Draft, draft: drafts.Draft) -> drafts.Draft:
    """The translation with the anchors of the text it translates, where it has the same paragraphs."""
    if [one.kind for one in whole.paragraphs] != [one.kind for one in draft.paragraphs]:
        return draft
    plain = drafts.to_plain(draft)
    for paragraph, original in zip(plain["paragraphs"], whole.paragraphs, strict=True):
        paragraph["anchor"] = original.anchor
    plain["retired"] = list(whole.retired)
    return drafts.from_plain(plain)
