"""What the site itself keeps: its glossary, and projections that can be built again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .search.models import SearchEntry

__all__ = ["GlossaryTerm", "SearchEntry"]


class GlossaryTerm(models.Model):
    """A word of the plan or of the administration, said in plain words.

    ``see`` lists keys of terms to read next. ``order`` is the place in the pack's list; a page sorts by
    ``reading``.
    """

    key = models.SlugField(max_length=80, unique=True)
    term = models.CharField(max_length=120)
    reading = models.CharField(max_length=200, blank=True, default="")
    meaning = models.TextField()
    translations = models.JSONField(default=dict, blank=True)
    see = models.JSONField(default=list, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["reading", "term"]
        constraints = [
            models.CheckConstraint(condition=~Q(term=""), name="site_glossary_term_named"),
            models.CheckConstraint(condition=~Q(meaning=""), name="site_glossary_term_explained"),
        ]

    def __str__(self) -> str:
        return self.term
