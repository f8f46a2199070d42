"""Fields that read years, days and numbers the way officers write them: eras, full-width digits,
thousands.
"""

from __future__ import annotations

import datetime
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jichi.methods.eras import EraError, parse_date, parse_fiscal_year


def _plain(value: Any) -> str:
    return unicodedata.normalize("NFKC", str(value or "")).strip()


class FiscalYearField(forms.Field):
    """令和5年度, R5, 2023 or FY2023 → 2023. What was typed is shown again as typed."""

    widget = forms.TextInput(attrs={"autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("For example 2025, R7 or 令和7年度."))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        """The western year in which the fiscal year begins."""
        text = _plain(value)
        if not text:
            return None
        try:
            return parse_fiscal_year(text)
        except EraError:
            raise forms.ValidationError(
                _("“%(value)s” is not a fiscal year. Write 2025, R7 or 令和7年度."), params={"value": text}
            ) from None


class DayField(forms.Field):
    """2025-04-01, 2025/4/1, 令和7年4月1日 or R7.4.1 → the day."""

    widget = forms.TextInput(attrs={"autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("For example 2025-04-01 or 令和7年4月1日."))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A stored day in ISO form; what was typed as it was typed."""
        return value.isoformat() if isinstance(value, datetime.date) else value

    def to_python(self, value: Any) -> datetime.date | None:
        """The day."""
        if isinstance(value, datetime.date):
            return value
        text = _plain(value)
        if not text:
            return None
        try:
            return datetime.date(*(int(part) for part in text.replace("/", "-").split("-")))
        except (ValueError, TypeError):
            pass
        try:
            return parse_date(text)
        except EraError:
            raise forms.ValidationError(
                _("“%(value)s” is not a day. Write 2025-04-01 or 令和7年4月1日."), params={"value": text}
            ) from None


class NumberField(forms.Field):
    """１，２３４．５ or 1,234.5 → the decimal. Nothing typed is nothing, never zero."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        """A stored number without its trailing zeros."""
        if isinstance(value, Decimal):
            return format(value.normalize(), "f")
        return value

    def to_python(self, value: Any) -> Decimal | None:
        """The number, exactly as written."""
        if isinstance(value, Decimal):
            return value
        text = _plain(value).replace(",", "").replace("−", "-").removesuffix("%").strip()
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise forms.ValidationError(_("“%(value)s” is not a number."), params={"value": _plain(value)})
        return number
