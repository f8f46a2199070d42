"""The rows of the consultations room."""

from .consultations import Consultation, ConsultationFile, ReadingPlace
from .dispositions import Disposition, ResultEdition, Scheme
from .drafts import DraftVersion, PassageChange, PassageReason

__all__ = [
    "Consultation",
    "ConsultationFile",
    "Disposition",
    "DraftVersion",
    "PassageChange",
    "PassageReason",
    "ReadingPlace",
    "ResultEdition",
    "Scheme",
]
