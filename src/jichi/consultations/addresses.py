"""Where a consultation's pages are, for lists, mails and rows that point to them."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from .models import Consultation


def public_url(consultation: Consultation) -> str:
    """Its page for everybody."""
    return _address("consultation-detail", f"/consultations/{consultation.key}/", consultation.key)


def result_url(consultation: Consultation) -> str:
    """Its published result."""
    return _address("consultation-result", f"/consultations/{consultation.key}/result/", consultation.key)


def staff_url(consultation: Consultation) -> str:
    """Its page for the city's own people."""
    return _address("staff-consultation", f"/staff/consultations/{consultation.pk}/", consultation.pk)


def _address(name: str, otherwise: str, key: object) -> str:
    try:
        return reverse(name, args=[key])
    except NoReverseMatch:  # a zone that does not serve the page still names it
        return otherwise
