"""Organisations, places and bodies."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jichi.city.models import Department, Ward
from jichi.directory.enums import BodyKind, OrganisationKind, PlaceKind

from .entry import Entry


class Organisation(Entry):
    """Somebody who acts together under a name: a company, an association, a public body.

    ``corporate_number`` is the 13-digit 法人番号, check digit first; empty where there is none or it is not
    known. No person is named here.
    """

    kind = models.CharField(max_length=30, choices=OrganisationKind)
    corporate_number = models.CharField(max_length=13, blank=True, default="")

    class Meta(Entry.Meta):
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values),
                name="directory_organisation_kind_known",
            ),
            # The check digit is 9 minus a rest of 9, so it is never 0.
            models.CheckConstraint(
                condition=Q(corporate_number="") | Q(corporate_number__regex=r"^[1-9][0-9]{12}$"),
                name="directory_corporate_number_form",
            ),
            models.UniqueConstraint(
                fields=["corporate_number"],
                condition=~Q(corporate_number="") & Q(valid_to__isnull=True),
                name="directory_corporate_number_once",
            ),
        ]


class Place(Entry):
    """A facility or place of the city: where it is, who runs it, which office owns it, what access it offers.

    ``operator`` null: the city itself, or not known. ``department`` is the owner office; null: not known.
    ``step_free``, ``toilet`` (one that wheelchairs can use), ``hearing_loop`` and ``interpreter`` (into sign
    language, on the spot or when asked for): True it has, False it has not, ``None`` not known.
    """

    kind = models.CharField(max_length=20, choices=PlaceKind)
    address = models.CharField(max_length=300, blank=True, default="")
    ward = models.ForeignKey(Ward, models.PROTECT, null=True, blank=True, related_name="places")
    operator = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="places")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="places")
    hours = models.CharField(max_length=300, blank=True, default="")
    step_free = models.BooleanField(null=True, blank=True)
    toilet = models.BooleanField(null=True, blank=True)
    hearing_loop = models.BooleanField(null=True, blank=True)
    interpreter = models.BooleanField(null=True, blank=True)

    class Meta(Entry.Meta):
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=PlaceKind.values),
                name="directory_place_kind_known",
            ),
        ]


class Body(Entry):
    """A council, committee or meeting that advises or decides (審議会等), and the office that looks after it.

    ``seats`` is the number of members its legal basis provides for. How many members there are, and of whom,
    comes by inquiry as headcounts; no single member stands here.
    """

    kind = models.CharField(max_length=20, choices=BodyKind)
    legal_basis = models.CharField(max_length=300, blank=True, default="")
    department = models.ForeignKey(Department, models.PROTECT, related_name="bodies")
    seats = models.PositiveSmallIntegerField(null=True, blank=True)
    term = models.CharField(max_length=200, blank=True, default="")

    class Meta(Entry.Meta):
        verbose_name_plural = "bodies"
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=BodyKind.values),
                name="directory_body_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(seats__isnull=True) | Q(seats__gte=1), name="directory_body_seats_some"
            ),
        ]
