"""Packets: many sheets and summaries in one file, made part by part so that the work can be resumed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jichi.evaluation.enums import PacketState

from .cycles import Cycle


class Packet(models.Model):
    """One file to be made of a cycle by a template (``council``, ``settlement``, ``sheets``).

    ``edition`` says which state of the sheets it shows: the drafts or what was published.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="packets")
    template = models.SlugField(max_length=40)
    edition = models.CharField(max_length=10, default="published")
    language = models.CharField(max_length=12, default="ja")
    state = models.CharField(max_length=8, choices=PacketState, default=PacketState.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    filename = models.CharField(max_length=120, blank=True, default="")
    content = models.BinaryField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    trouble = models.CharField(max_length=300, blank=True, default="")
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField(default=timezone.now)
    beaten_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="evaluation_packet_done_in_total"),
            models.CheckConstraint(
                condition=Q(edition__in=["draft", "published"]), name="evaluation_packet_edition"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(content__isnull=False) & Q(finished_at__isnull=False)),
                name="evaluation_packet_done_has_content",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id}:{self.template}"


class PacketPart(models.Model):
    """A finished part of a packet, a sheet or a whole volume; a resumed packet does not make it again."""

    packet = models.ForeignKey(Packet, models.CASCADE, related_name="parts")
    order = models.PositiveIntegerField()
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(default=0)
    content = models.BinaryField()

    class Meta:
        ordering = ["packet", "order"]
        constraints = [
            models.UniqueConstraint(fields=["packet", "order"], name="evaluation_part_order_once"),
        ]

    def __str__(self) -> str:
        return f"{self.packet_id}#{self.order}"
