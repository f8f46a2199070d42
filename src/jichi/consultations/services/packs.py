"""Consultations of a pack of sample data: prepared, with their texts, and put before the public."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department
from jichi.city.pack import Pack
from jichi.city.trail import act
from jichi.consultations.actions import MAKE
from jichi.consultations.models import Consultation
from jichi.directory.models import Place
from jichi.methods import drafts
from jichi.methods.deadlines import starts_at
from jichi.plan.models import Node, PolicyDocument

from .preparing import prepare, set_places
from .publishing import publish
from .texts import add_text, read_text

Facts = Mapping[str, Any]
_FACTS = (
    "kind",
    "summary",
    "notice",
    "legal_basis",
    "translations",
    "contact_line",
    "short_reason",
    "post_rule",
    "opinions_shown",
    "questions",
    "address",
    "fax",
    "email",
    "telephone",
    "result_planned",
)


@dataclass(slots=True)
class ConsultationsReport:
    """What a load did."""

    consultations: int = 0
    kept: int = 0

    @property
    def touched(self) -> int:
        """How many consultations are new."""
        return self.consultations


def load_consultations(*, viewer: Viewer, pack: Pack, data: Facts) -> ConsultationsReport:
    """Enter a pack's consultations that are not here yet and publish them; those here stay as they are.

    Only a pack of sample data brings any. A day is a date, or a number of days from the day of loading. What
    people said to them comes with the demonstration (:mod:`.packs_voices`).

    Raises:
        NotAllowed; Invalid: naming the entry with an unknown office, place, part of the plan or text.
    """
    report = ConsultationsReport()
    with act(viewer, MAKE):
        if data["consultations"] and not pack.is_sample:
            raise Invalid({"consultations": [_("Only a pack of sample data brings consultations.")]})
        for place, item in enumerate(data["consultations"]):
            with at_entry(f"consultations/{place}"):
                if Consultation.objects.filter(pk=id_of(pack.key, item["key"])).exists():
                    report.kept += 1
                    continue
                _bring(viewer, pack, item)
                report.consultations += 1
    return report


def id_of(pack: str, key: str) -> uuid.UUID:
    """The lasting id of a pack's consultation, so that a second load finds it."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"jichi:{pack}:consultation:{key}")


@contextmanager
def at_entry(where: str) -> Iterator[None]:
    """Let what is refused name the entry of the file."""
    try:
        yield
    except Invalid as error:
        told = {f"{where}/{name}".rstrip("/"): texts for name, texts in error.messages.items()}
        raise Invalid(told) from error


def _bring(viewer: Viewer, pack: Pack, item: Facts) -> None:
    first, last = day_of(item["first_day"]), day_of(item["last_day"])
    announced = min(timezone.now(), starts_at(first) - datetime.timedelta(days=item.get("announced", 1)))
    begun = announced - datetime.timedelta(days=14)
    document = item.get("document")
    row = prepare(
        viewer=viewer,
        consultation_id=id_of(pack.key, item["key"]),
        key=item["key"],
        title=item["title"],
        department_id=known(Department, item["department"], "department"),
        document_id=known(PolicyDocument, document, "document") if document else None,
        node_ids=[_node(code) for code in item.get("nodes", ())],
        first_day=first,
        last_day=last,
        is_sample=True,
        at=begun,
        **{name: item[name] for name in _FACTS if name in item},
    )
    places = [(known(Place, one["place"], "places"), one.get("note", "")) for one in item.get("places", ())]
    set_places(viewer=viewer, consultation_id=row.pk, places=places)
    for number, one in enumerate(item["texts"]):
        with at_entry(f"texts/{number}"):
            bring_text(viewer, pack, row, one, at=begun)
    publish(
        viewer=viewer,
        consultation_id=row.pk,
        version=None,
        announce=item.get("announce", False),
        at=announced,
    )


def bring_text(viewer: Viewer, pack: Pack, row: Consultation, item: Facts, *, at: datetime.datetime) -> int:
    """Enter one text of a pack (a Markdown file of it); gives its id.

    A translation that has as many paragraphs as the whole text gets their kinds, and so their anchors.
    """
    name = item["file"]
    try:
        content = (pack.root / name).read_bytes()
    except OSError as error:
        text = _("The file %(path)s does not exist.") % {"path": name}
        raise Invalid({"file": [text]}) from error
    draft = read_text(content, name)
    language, audience = item.get("language", "ja"), item.get("audience", "full")
    whole = row.texts.filter(audience="full", language="ja").order_by("-number").first()
    if audience == "full" and language != "ja" and whole is not None:
        draft = _like(drafts.from_plain(whole.content), draft)
    made = add_text(
        viewer=viewer,
        consultation_id=row.pk,
        content=draft,
        kind=item.get("kind", "draft"),
        audience=audience,
        language=language,
        translated_how="" if language == "ja" else "person",
        at=at,
    )
    return made.pk


def _like(whole: drafts.Draft, draft: drafts.Draft) -> drafts.Draft:
    if len(whole.paragraphs) != len(draft.paragraphs):
        return draft
    plain = drafts.to_plain(draft)
    for told, original in zip(plain["paragraphs"], drafts.to_plain(whole)["paragraphs"], strict=True):
        told |= {name: original[name] for name in ("kind", "level")}
    return drafts.from_plain(plain)


def day_of(given: str | int) -> datetime.date:
    """A date, or a number of days from today (before it where negative)."""
    if isinstance(given, int):
        return timezone.localdate() + datetime.timedelta(days=given)
    return datetime.date.fromisoformat(given)


def moment_of(given: str) -> datetime.datetime:
    """A moment of the city: "2026-02-03T10:00"."""
    return timezone.make_aware(datetime.datetime.fromisoformat(given))


def known(model: Any, key: str, field: str) -> int:
    """The id behind a key. Raises Invalid for the field where there is none."""
    pk: int | None = model.objects.filter(key=key).values_list("pk", flat=True).first()
    if pk is None:
        raise Invalid({field: [_("“%(key)s” is not known here.") % {"key": key}]})
    return pk


def _node(address: str) -> int:
    plan, _sign, code = address.partition("/")
    pk = Node.objects.filter(plan__key=plan, code=code).values_list("pk", flat=True).first()
    if pk is None:
        raise Invalid({"nodes": [_("“%(key)s” is not known here.") % {"key": address}]})
    return pk
