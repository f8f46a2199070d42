"""Who and what is out there: organisations, places and bodies, each with dates and never deleted."""

from .entries import Body, Organisation, Place
from .entry import Entry

__all__ = ["Body", "Entry", "Organisation", "Place"]
