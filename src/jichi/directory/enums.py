"""The kinds of organisations, places and bodies. Their words on pages are in :mod:`jichi.directory.words`."""

from __future__ import annotations

from django.db import models


class OrganisationKind(models.TextChoices):
    """Who somebody is."""

    COMPANY = "company"
    NPO = "npo"
    FOUNDATION = "foundation"
    UNIVERSITY = "university"
    NEIGHBOURHOOD_ASSOCIATION = "neighbourhood_association"
    GROUP = "group"
    PUBLIC_BODY = "public_body"
    OTHER = "other"


class PlaceKind(models.TextChoices):
    """What a place is for. ``FAMILY``: for children and their parents; ``OFFICE``: a city or ward office."""

    CIVIC_CENTRE = "civic_centre"
    MUSEUM = "museum"
    HALL = "hall"
    LIBRARY = "library"
    FAMILY = "family"
    CONSULTATION = "consultation"
    OFFICE = "office"
    PARK = "park"
    OTHER = "other"


class BodyKind(models.TextChoices):
    """On what footing a body stands.

    ``ATTACHED``: 附属機関 (Local Autonomy Act, art. 138-4 (3)); ``COMMISSION``: 行政委員会 (art. 180-5);
    ``MEETING``: one that the city holds under guidelines of its own (懇談会等).
    """

    ATTACHED = "attached"
    COMMISSION = "commission"
    MEETING = "meeting"
    OTHER = "other"
