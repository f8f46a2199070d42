"""Forms of the workbench. Rules live in the services; forms read what was typed and show it again."""

from .fields import DayField, FiscalYearField, NumberField
from .rows import ReasonForm, RowForm, TranslationForm

__all__ = ["DayField", "FiscalYearField", "NumberField", "ReasonForm", "RowForm", "TranslationForm"]
