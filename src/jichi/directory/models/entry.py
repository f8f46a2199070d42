"""What organisations, places and bodies have in common: a lasting key, a name, dates, a source, a version."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

NOTE_LENGTH = 300


class Entry(models.Model):
    """A row of the directory. It ends (``valid_to``) and is never deleted; triggers refuse that.

    ``valid_from``/``valid_to`` are the first and last day on which it exists; ``None``: unknown, or until
    further notice. ``translations`` is {language: {field: text}}. ``source_note`` says where the facts are
    from. ``version`` rises with every change, so that two editors notice each other.
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    url = models.URLField(max_length=500, blank=True, default="")
    translations = models.JSONField(default=dict, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source_note = models.CharField(max_length=NOTE_LENGTH, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["key"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(name=""), name="%(app_label)s_%(class)s_named"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_dates_in_order",
            ),
            # A page makes a link of it, so no other scheme may pass.
            models.CheckConstraint(
                condition=Q(url="") | Q(url__regex=r"^https?://"), name="%(app_label)s_%(class)s_url_is_web"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="%(app_label)s_%(class)s_version"),
        ]

    def __str__(self) -> str:
        return self.name
