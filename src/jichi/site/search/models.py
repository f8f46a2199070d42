"""The public search index: what an anonymous reader may find, one row for each page and language."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SearchEntry(models.Model):
    """One findable page in one language. A projection: it can be thrown away and built again.

    ``identity`` of a row is source, type, id and language. ``compared`` is the text as it is compared
    (title, code, body and readings); the ``grams_`` columns hold its pairs of characters, from which both
    databases' full-text indexes are made (``jichi.methods.bigrams``). ``digest`` tells whether a row changed.
    """

    source = models.CharField(max_length=40)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=80)
    language = models.CharField(max_length=12)
    weight = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(max_length=40, blank=True, default="")
    digest = models.CharField(max_length=32)
    url = models.CharField(max_length=300)
    title = models.CharField(max_length=400)
    context = models.CharField(max_length=400, blank=True, default="")
    body = models.TextField(blank=True, default="")
    compared = models.TextField(blank=True, default="")
    compared_title = models.TextField(blank=True, default="")
    facets = models.TextField(default="")
    grams_title = models.TextField(blank=True, default="")
    grams_body = models.TextField(blank=True, default="")
    grams_reading = models.TextField(blank=True, default="")

    class Meta:
        verbose_name_plural = "search entries"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "object_type", "object_id", "language"], name="site_search_once"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="site_search_titled"),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.title}"
