"""Packets: asked for by a person, made in portions by the worker, taken up again where it stopped."""

from __future__ import annotations

import datetime
import gzip
import hashlib
import io
import json
import logging
import zipfile
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.models import AuditEntry
from jichi.city.trail import act, record
from jichi.city.viewers import system_viewer
from jichi.evaluation.actions import MAKE_PACKET
from jichi.evaluation.enums import PacketState
from jichi.evaluation.models import Cycle, Packet, PacketPart, SheetEdition
from jichi.evaluation.openness import public_form
from jichi.evaluation.printing.leaves import leaf_of
from jichi.evaluation.printing.packet import packet_json
from jichi.evaluation.printing.templates import templates
from jichi.evaluation.queries.packets import codes_of, definitions_of, editions_of, material_of
from jichi.ui.languages import html_lang
from jichi.ui.paper.document import leaf_json
from jichi.ui.paper.pdf import pages_of, pdf_of_json

logger = logging.getLogger(__name__)

VOLUME = 200
"""Sheets of one volume: setting 200 takes some 450 MB, and a volume can be printed and bound."""
PORTION = 50
"""Sheets of one portion: some tenths of a second, so that the worker's other readers wait no longer."""

_TYPE = "evaluation.packet"
_UNDER_WAY = (PacketState.WAITING, PacketState.RUNNING)


def ask_packet(
    *,
    viewer: Viewer,
    cycle_id: int,
    template: str,
    edition: str = "published",
    language: str = "ja",
    at: datetime.datetime | None = None,
) -> Packet:
    """Ask for a packet; the worker makes it. The same one asked for again while it is made is that one.

    Raises:
        NotAllowed; Cycle.DoesNotExist; Invalid: for an unknown template, edition or language, or where no
        sheet has such an edition yet.
    """
    cycle = Cycle.objects.get(pk=cycle_id)
    viewer.require(MAKE_PACKET, cycle)
    _require_known(template, edition, language)
    with act(viewer, MAKE_PACKET, cycle):
        assert viewer.actor is not None  # nobody without a name may do this
        Cycle.objects.select_for_update().get(pk=cycle_id)
        same = Packet.objects.filter(
            cycle=cycle, template=template, edition=edition, language=language, state__in=_UNDER_WAY
        ).first()
        if same is not None:
            return same
        total = len(editions_of(cycle, edition))
        if not total:
            raise Invalid({"edition": [_no_edition(edition)]})
        packet = Packet.objects.create(
            cycle=cycle,
            template=template,
            edition=edition,
            language=language,
            total=total,
            asked_by=viewer.actor,
            asked_at=at or timezone.now(),
        )
        record(viewer, MAKE_PACKET, packet, fields={"template": [None, template], "sheets": [0, total]})
    return packet


def _require_known(template: str, edition: str, language: str) -> None:
    troubles: dict[str, list[str]] = {}
    if template not in templates():
        troubles["template"] = [_("There is no such packet.")]
    if edition not in ("draft", "published"):
        troubles["edition"] = [_("Choose the drafts or what was published.")]
    if language not in dict(settings.LANGUAGES):
        troubles["language"] = [_("The site does not speak that language.")]
    if troubles:
        raise Invalid(troubles)


def _no_edition(edition: str) -> str:
    if edition == "draft":
        return _("No sheet has been given to the committee yet. Switch that stage on first.")
    return _("Nothing is published yet. Publish the evaluation first, or choose the drafts.")


def stop_packet(*, viewer: Viewer, packet_id: int, version: int) -> Packet:
    """Stop making a packet. What was made stays, so that it can be taken up again.

    Raises:
        NotAllowed; Packet.DoesNotExist; Conflict; Invalid: where it is not being made.
    """
    return _switch(viewer, packet_id, version, _UNDER_WAY, PacketState.STOPPED)


def resume_packet(*, viewer: Viewer, packet_id: int, version: int) -> Packet:
    """Take a stopped or failed packet up again where it stopped.

    Raises:
        NotAllowed; Packet.DoesNotExist; Conflict; Invalid: where it was not stopped.
    """
    return _switch(viewer, packet_id, version, (PacketState.STOPPED, PacketState.FAILED), PacketState.WAITING)


def _switch(viewer: Viewer, packet_id: int, version: int, from_: Sequence[str], to: PacketState) -> Packet:
    packet = Packet.objects.select_related("cycle").get(pk=packet_id)
    with act(viewer, MAKE_PACKET, packet.cycle):
        packet = Packet.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=packet_id)
        if packet.version != version:
            raise Conflict(packet)
        if packet.state not in from_:
            raise Invalid(
                {
                    "": [
                        _("The packet is not in a state for that: %(state)s")
                        % {"state": packet.get_state_display()}
                    ]
                }
            )
        record(viewer, MAKE_PACKET, packet, fields={"state": [packet.state, to]})
        packet.state, packet.trouble = to, ""
        packet.version += 1
        packet.save(update_fields=["state", "trouble", "version"])
    return packet


def read_entries(entries: list[AuditEntry]) -> None:
    """The trail's reader: each entry about a packet lets the worker make one more portion of it."""
    ids = {int(one.object_id) for one in entries if one.act == MAKE_PACKET and one.object_type == _TYPE}
    for packet_id in sorted(ids):
        advance(packet_id)


def take_up_all() -> int:
    """Go on with every packet that was being made; returns how many. For a trail that is read anew."""
    ids = list(Packet.objects.filter(state__in=_UNDER_WAY).values_list("pk", flat=True))
    for packet_id in ids:
        advance(packet_id)
    return len(ids)


def advance(packet_id: int) -> Packet | None:
    """Make one more portion, or set the whole when all portions are there. Safe to run twice.

    What goes wrong is kept with the packet in words; it can be taken up again. None: there is none.
    """
    packet = Packet.objects.select_related("cycle__plan", "cycle__department").filter(pk=packet_id).first()
    if packet is None or packet.state not in _UNDER_WAY:
        return packet
    try:
        with translation.override(packet.language):
            if packet.parts.filter(order__lt=packet.total).count() < packet.total:
                return _portion(packet)
            return _finish(packet)
    except Exception as problem:
        logger.exception("a packet could not be made", extra={"packet": packet_id})
        return _fail(packet, problem)


def _portion(packet: Packet) -> Packet:
    made = packet.parts.count()
    editions = editions_of(packet.cycle, packet.edition)
    if len(editions) != packet.total:
        return _begin_again(packet, len(editions))
    chosen = SheetEdition.objects.in_bulk(editions[made : made + PORTION])
    rows = [chosen[pk] for pk in editions[made : made + PORTION]]
    forms = definitions_of([row.content for row in rows])
    parts = [
        PacketPart(
            packet=packet,
            order=made + place,
            key=str(row.pk),
            digest=row.digest,
            content=_packed(
                leaf_json(leaf_of(row.content, public_form(forms[row.content["form"]["digest"]])))
            ),
        )
        for place, row in enumerate(rows)
    ]
    with transaction.atomic():
        PacketPart.objects.bulk_create(parts, ignore_conflicts=True)
        return _move(packet, PacketState.RUNNING, done=made + len(parts))


def _begin_again(packet: Packet, total: int) -> Packet:
    """The sheets are not those of the beginning (one was corrected since): start from the first."""
    with transaction.atomic():
        packet.parts.all().delete()
        packet.total = total
        return _move(packet, PacketState.WAITING, done=0)


def _finish(packet: Packet) -> Packet:
    """Set the next volume, or, when all are there, put the packet together."""
    editions = [str(pk) for pk in editions_of(packet.cycle, packet.edition)]
    sheets = packet.parts.filter(order__lt=packet.total).order_by("order")
    if list(sheets.values_list("key", flat=True)) != editions:
        return _begin_again(packet, len(editions))
    count = _volumes(packet)
    made = packet.parts.filter(order__gte=packet.total).count()
    if made == count:
        return _done(packet)
    first, last = made * VOLUME, len(editions) if count == 1 else (made + 1) * VOLUME
    leaves = [_unpacked(content) for content in sheets.values_list("content", flat=True)[first:last]]
    data = packet_json(
        templates()[packet.template],
        material_of(_worker(), packet, sums_up=made == 0),
        leaves,
        language=html_lang(packet.language),
        volume=made + 1,
        volumes=_held(codes_of(packet.cycle, packet.edition)) if count > 1 else (),
    )
    content = pdf_of_json(data)
    with transaction.atomic():
        digest = hashlib.sha256(content).hexdigest()
        order = packet.total + made
        PacketPart.objects.create(
            packet=packet,
            order=order,
            key=f"volume:{made + 1}",
            digest=digest,
            pages=pages_of(content),
            content=content,
        )
        return _move(packet, PacketState.RUNNING, done=packet.total)


def _volumes(packet: Packet) -> int:
    """How many volumes it takes; a packet without the sheets themselves is one."""
    holds_sheets = any(one.kind == "sheets" for one in templates()[packet.template].chapters)
    return -(-packet.total // VOLUME) if holds_sheets else 1


def _held(codes: Sequence[str]) -> list[str]:
    """What each volume holds, from the first sheet's code to the last's."""
    parts = [codes[at : at + VOLUME] for at in range(0, len(codes), VOLUME)]
    return [f"{part[0]} – {part[-1]}" for part in parts]


def _done(packet: Packet) -> Packet:
    rows = list(packet.parts.filter(order__gte=packet.total).order_by("order"))
    stem = f"{packet.cycle.plan.key}-{packet.cycle.fiscal_year}-{packet.template}"
    files = [bytes(row.content) for row in rows]
    content = files[0] if len(files) == 1 else _zipped(stem, files)
    with transaction.atomic():
        # Somebody may have stopped it meanwhile; then nothing is put in place of what she asked for.
        if not Packet.objects.filter(pk=packet.pk, state__in=_UNDER_WAY).exists():
            return packet
        packet.content = content
        packet.sha256 = hashlib.sha256(content).hexdigest()
        packet.filename = f"{stem}.{'pdf' if len(files) == 1 else 'zip'}"
        packet.pages = sum(row.pages for row in rows)
        packet.finished_at = timezone.now()
        moved = _move(packet, PacketState.DONE, done=packet.total)
        if moved.state == PacketState.DONE:
            packet.parts.all().delete()
        return moved


def _zipped(stem: str, files: Sequence[bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for number, content in enumerate(files, start=1):
            archive.writestr(zipfile.ZipInfo(f"{stem}-{number}.pdf"), content)
    return buffer.getvalue()


def _fail(packet: Packet, problem: Exception) -> Packet:
    with transaction.atomic():
        packet.trouble = f"{type(problem).__name__}: {problem}"[:300]
        return _move(packet, PacketState.FAILED, done=packet.done)


def _move(packet: Packet, state: PacketState, *, done: int) -> Packet:
    """Save how far it has come; the entry in the trail wakes the worker for the next portion."""
    worker = _worker()
    with act(worker, MAKE_PACKET, packet.cycle):
        held = Packet.objects.select_for_update(of=("self",)).defer("content").get(pk=packet.pk)
        if held.state not in _UNDER_WAY:
            return held  # somebody stopped it meanwhile, and it stays stopped
        fields: dict[str, Any] = {"done": [packet.done, done], "state": [packet.state, state]}
        packet.state, packet.done, packet.beaten_at = state, done, timezone.now()
        packet.version += 1
        packet.save()
        record(worker, MAKE_PACKET, packet, fields=fields)
    return packet


def _worker() -> Viewer:
    return system_viewer("worker")


def _packed(leaf: dict[str, Any]) -> bytes:
    return gzip.compress(json.dumps(leaf, ensure_ascii=False).encode(), compresslevel=5, mtime=0)


def _unpacked(content: bytes | memoryview) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(gzip.decompress(bytes(content)))
    return data
