"""Every write of the directory: organisations, places and bodies are entered, changed and closed."""

from .objections import TRANSLATED
from .packs import load_directory
from .saving import (
    BODY_EDIT,
    FACTS,
    ORGANISATION_EDIT,
    PLACE_EDIT,
    close_body,
    close_organisation,
    close_place,
    save_body,
    save_organisation,
    save_place,
)

__all__ = [
    "BODY_EDIT",
    "FACTS",
    "ORGANISATION_EDIT",
    "PLACE_EDIT",
    "TRANSLATED",
    "close_body",
    "close_organisation",
    "close_place",
    "load_directory",
    "save_body",
    "save_organisation",
    "save_place",
]
