"""Arguments of this room's routes for the permission matrix: the consultation belongs to ``owner``."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.utils import timezone

from jichi.city.models import Department
from jichi.consultations.models import Consultation, ConsultationFile, Disposition, DraftVersion, Scheme
from jichi.consultations.services.texts import digest_of_text
from jichi.methods import drafts
from jichi.voices.models import Desk, Opinion, OpinionSet
from tests.conftest import make_department

from .saying import say

_DRAFT = "# 見本の計画（案）\n\n公園の街灯は、夜10時に消します。\n"
_FINAL = "# 見本の計画\n\n公園の街灯は、夜12時に消します。\n"


def _scheme() -> Scheme:
    codes = [
        {"code": "B", "title": "考えを説明", "meaning": "", "changes_draft": False, "effect": "explained"}
    ]
    row, _made = Scheme.objects.get_or_create(
        key="matrix",
        number=1,
        defaults={
            "codes": codes,
            "fields": [],
            "channels": [],
            "in_force_from": datetime.date(2020, 4, 1),
            "known_from": datetime.date(2020, 4, 1),
            "source": "見本",
            "digest": "0" * 64,
        },
    )
    return row


def _text(row: Consultation, kind: str, number: int, words: str) -> None:
    plain = drafts.to_plain(drafts.from_markdown(words))
    DraftVersion.objects.create(
        consultation=row,
        kind=kind,
        number=number,
        title="見本の計画",
        content=plain,
        digest=digest_of_text(plain),
        created_by=uuid.uuid4(),
        published_at=row.published_at if kind == "draft" else None,
    )


def _consultation(owner: Department | None) -> Consultation:
    """One that is over, with a draft, a final text, a document, and two opinions of one submission."""
    office = owner or make_department("kyodo")
    key = f"matrix-{office.key}"
    row = Consultation.objects.filter(key=key).first()
    if row is not None:
        return row
    today, now = timezone.localdate(), timezone.now()
    desk = Desk.objects.create(
        key=f"public-{key}",
        mechanism="consultations",
        context=f"consultations.consultation:said-{key}",
        title="見本の計画（案）",
        department=office,
        opens_at=now - datetime.timedelta(days=50),
        closes_at=now - datetime.timedelta(days=8),
    )
    row = Consultation.objects.create(
        key=key,
        kind="plan",
        title="見本の計画（案）",
        department=office,
        scheme=_scheme(),
        desk=desk,
        first_day=today - datetime.timedelta(days=50),
        last_day=today - datetime.timedelta(days=10),
        least_days=30,
        rule_fingerprint="0" * 64,
        opinions_shown="while_open",
        created_by=uuid.uuid4(),
    )
    row.published_at = now - datetime.timedelta(days=50)
    row.save()
    _text(row, "draft", 1, _DRAFT)
    _text(row, "final", 2, _FINAL)
    ConsultationFile.objects.create(
        consultation=row, title="概要", name="見本.txt", media_type="text/plain", size=1, content=b"a"
    )
    say(desk, f"街灯は朝まで必要です。{key}", f"ベンチも必要です。{key}")
    return row


def one(owner: Department | None) -> dict[str, Any]:
    return {"pk": _consultation(owner).pk}


def text(owner: Department | None) -> dict[str, Any]:
    row = _consultation(owner)
    return {"pk": row.pk, "text_id": row.texts.get(kind="draft").pk}


def file(owner: Department | None) -> dict[str, Any]:
    row = _consultation(owner)
    return {"pk": row.pk, "file": row.files.get().pk}


def wording(owner: Department | None) -> dict[str, Any]:
    row = _consultation(owner)
    return {"pk": row.pk, "wording": row.desk.wordings.order_by("pk")[0].pk}


def group(owner: Department | None) -> dict[str, Any]:
    row = _consultation(owner)
    return {"pk": row.pk, "set_id": row.desk.sets.order_by("pk")[0].pk}


def opinion(owner: Department | None) -> dict[str, Any]:
    row = _consultation(owner)
    return {"pk": row.pk, "opinion": Opinion.objects.filter(voice__desk=row.desk).order_by("pk")[0].pk}


def disposition(owner: Department | None) -> dict[str, Any]:
    row = _consultation(owner)
    of = OpinionSet.objects.filter(desk=row.desk).order_by("-pk")[0]
    found = Disposition.objects.filter(set=of).first() or Disposition.objects.create(
        consultation=row, set=of, code="B", summary="見本", view="見本", decided_by=uuid.uuid4()
    )
    return {"pk": row.pk, "disposition": found.pk}


def change(owner: Department | None) -> dict[str, Any]:
    from jichi.consultations.queries.passages import compared

    row = _consultation(owner)
    differing = compared(row.texts.get(kind="draft"), row.texts.get(kind="final"))
    return {"pk": row.pk, "anchor": differing[0].anchor}


_ACTS = """edit facts add-text add-file keep-draft places notice put-up put-up-result publish exempt extend
    withdraw publish-result correct texts plain texts-at-once sets shape-sets topics shape-topics
    dispositions dispose-many changes result"""

ADDRESSES = {
    "staff-consultation": one,
    **{f"staff-consultation-{name}": one for name in _ACTS.split()},
    "staff-consultation-text": text,
    "staff-consultation-remove-file": file,
    "staff-consultation-harsh": wording,
    "staff-consultation-said": wording,
    "staff-consultation-set": group,
    "staff-consultation-shape-set": group,
    "staff-consultation-dispose": group,
    "staff-consultation-dispose-one": opinion,
    "staff-consultation-undispose": disposition,
    "staff-consultation-change": change,
}
