"""What packets there are, and what one is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.queries import organisation
from jichi.evaluation.actions import READ_PACKET
from jichi.evaluation.content import grade_json
from jichi.evaluation.enums import EditionKind, SheetState
from jichi.evaluation.models import Cycle, Packet, Sheet, SheetEdition
from jichi.evaluation.openness import public_content, public_form
from jichi.evaluation.printing.packet import Correction, Material, Remark
from jichi.evaluation.queries.contents import grades_by_node
from jichi.manifest import Role
from jichi.plan.models import Node
from jichi.sheets.definition import Definition
from jichi.sheets.models import FormVersion
from jichi.sheets.parsing import definition_of
from jichi.ui import numbers
from jichi.undertakings.queries import public_for, undertakings_for

DRAFTS = (EditionKind.DRAFT,)
PUBLISHED = (EditionKind.PUBLISHED, EditionKind.CORRECTED)


def packets_for(viewer: Viewer) -> QuerySet[Packet]:
    """The packets the viewer may see, without their content.

    The council's secretariat sees those of what was published, once the council's stage is switched on.
    """
    rows = Packet.objects.select_related("cycle").defer("content")
    if not viewer.can(READ_PACKET):
        return rows.none()
    if viewer.roles & {Role.PLANNING_OFFICER, Role.AUDITOR} or viewer.system:
        return rows
    return rows.filter(edition="published", cycle__council_from__lte=timezone.now())


def packet_file_for(viewer: Viewer, packet_id: int) -> Packet:
    """A finished packet with its content. Raises Packet.DoesNotExist."""
    return packets_for(viewer).filter(content__isnull=False).defer(None).get(pk=packet_id)


def editions_of(cycle: Cycle, edition: str) -> list[int]:
    """The ids of the newest editions of a cycle's sheets, but those taken out, in the order of the plan."""
    kinds = DRAFTS if edition == "draft" else PUBLISHED
    newest = (
        SheetEdition.objects.filter(sheet=OuterRef("pk"), kind__in=kinds).order_by("-number").values("pk")[:1]
    )
    rows = Sheet.objects.filter(cycle=cycle).exclude(state=SheetState.WITHDRAWN)
    rows = rows.annotate(newest=Subquery(newest)).exclude(newest__isnull=True)
    return list(rows.order_by("node__code").values_list("newest", flat=True))


def codes_of(cycle: Cycle, edition: str) -> list[str]:
    """The codes of the sheets that :func:`editions_of` lists, in the same order."""
    rows = SheetEdition.objects.filter(pk__in=editions_of(cycle, edition))
    return list(rows.order_by("sheet__node__code").values_list("sheet__node__code", flat=True))


def _contents(cycle: Cycle, edition: str) -> list[Mapping[str, Any]]:
    rows = SheetEdition.objects.filter(pk__in=editions_of(cycle, edition))
    return list(rows.order_by("sheet__node__code").values_list("content", flat=True))


def definitions_of(contents: Iterable[Mapping[str, Any]]) -> dict[str, Definition]:
    """The forms that these contents were made with, by digest."""
    digests = {content["form"]["digest"] for content in contents}
    return {one.digest: definition_of(one) for one in FormVersion.objects.filter(digest__in=digests)}


def _public(content: Mapping[str, Any], forms: Mapping[str, Definition]) -> Mapping[str, Any]:
    """A packet goes out of the house: it tells what everybody may see, of each sheet."""
    return public_content(content, forms[content["form"]["digest"]])


def material_of(viewer: Viewer, packet: Packet, *, sums_up: bool = True) -> Material:
    """Everything a packet tells of but its sheets' own leaves.

    ``sums_up`` false: only what frames a volume, for one without the chapters that sum up.
    """
    frame = _frame(packet)
    return _summed_up(viewer, packet, frame) if sums_up else frame


def _frame(packet: Packet) -> Material:
    cycle, city = packet.cycle, organisation.current_city()
    return Material(
        city=city.name if city is not None else "",
        office=cycle.department.name if cycle.department is not None else "",
        title=cycle.title,
        day=timezone.localdate(),
        contents=(),
        is_draft=packet.edition == "draft",
    )


def _summed_up(viewer: Viewer, packet: Packet, frame: Material) -> Material:
    cycle = packet.cycle
    contents = _contents(cycle, packet.edition)
    before = _contents(cycle.previous, "published") if cycle.previous is not None else []
    forms = definitions_of([*contents, *before])
    contents, before = ([_public(one, forms) for one in listed] for listed in (contents, before))
    return replace(
        frame,
        contents=contents,
        before=before,
        definitions={digest: public_form(form) for digest, form in forms.items()},
        grades=tuple(_grades(cycle)),
        remarks=tuple(_remarks(viewer, cycle, draft=packet.edition == "draft")),
        corrections=tuple(_corrections(cycle)),
    )


def _grades(cycle: Cycle) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    nodes = Node.objects.filter(placements__grades__cycle=cycle).order_by("code").distinct()
    grades = grades_by_node(cycle, [node.pk for node in nodes], timezone.now())
    for node in nodes:
        yield f"{node.code} {node.name}", [grade_json(row) for row in grades[node.pk]]


def _remarks(viewer: Viewer, cycle: Cycle, *, draft: bool) -> Iterator[Remark]:
    sheets = dict(Sheet.objects.filter(cycle=cycle).values_list("pk", "node__name"))
    contexts = {f"evaluation.cycle:{cycle.pk}": cycle.title}
    contexts |= {f"evaluation.sheet:{pk}": name for pk, name in sheets.items()}
    rows = undertakings_for(viewer) if draft else public_for(viewer)
    for one in rows.filter(context__in=contexts).order_by("asked_on", "number"):
        adoption = one.get_adoption_display()
        yield Remark(about=contexts[one.context], text=one.text, adoption=str(adoption), answer=one.answer)


def _corrections(cycle: Cycle) -> Iterator[Correction]:
    rows = SheetEdition.objects.filter(Q(sheet__cycle=cycle), kind=EditionKind.CORRECTED)
    for one in rows.order_by("made_at").values(
        "made_at", "reason", code=F("sheet__node__code"), name=F("sheet__node__name")
    ):
        day = numbers.format_date(timezone.localdate(one["made_at"]), weekday=False)
        yield Correction(code=one["code"], name=one["name"], on=day, reason=one["reason"])


def packet_cycle_for(viewer: Viewer, cycle_id: int) -> Cycle:
    """The evaluation whose packets the viewer may see. Raises Cycle.DoesNotExist."""
    rows = Cycle.objects.select_related("plan", "department")
    if not viewer.can(READ_PACKET):
        return rows.none().get(pk=cycle_id)
    if not viewer.roles & {Role.PLANNING_OFFICER, Role.AUDITOR}:
        rows = rows.filter(council_from__lte=timezone.now())
    return rows.get(pk=cycle_id)
