"""What speaks against a row of the directory, in words, before the database would refuse it."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from jichi.city.errors import Invalid
from jichi.directory.corporate_numbers import LENGTH, check_digit, is_corporate_number
from jichi.directory.models import Body, Entry, Organisation

Wrong = dict[str, list[str]]

# Any language: a pack may hold more than an installation offers.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*")

TRANSLATED: dict[str, tuple[str, ...]] = {
    "Organisation": ("name", "source_note"),
    "Place": ("name", "address", "hours", "source_note"),
    "Body": ("name", "legal_basis", "term", "source_note"),
}
"""The fields of each model that ``translations`` may hold in other languages."""


def write(row: Entry, *, create: bool) -> None:
    """Store a row after all checks.

    Raises:
        Invalid: what is wrong, by field ("" for what concerns no single one).
    """
    wrong = objections(row)
    if not wrong:
        wrong = _model_objections(row)
    if wrong:
        raise Invalid(wrong)
    try:
        with transaction.atomic():
            row.save(force_insert=create)
    except IntegrityError as error:
        text = _("This contradicts another row of the directory (%(detail)s).")
        raise Invalid({"": [text % {"detail": error}]}) from error


def objections(row: Entry) -> Wrong:
    """Everything that is wrong with a row, by field."""
    wrong: Wrong = {}
    if not row.name:
        wrong["name"] = [_("Enter a name.")]
    if row.url and not row.url.startswith(("http://", "https://")):
        wrong["url"] = [_("An address on the web begins with https:// or http://.")]
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        wrong["valid_to"] = [_("The last day is before the first.")]
    if isinstance(row, Organisation):
        wrong |= _of_number(row)
    if isinstance(row, Body):
        wrong |= _of_body(row)
    if not _are_translations(row):
        wrong["translations"] = [_("Translations are texts by language and field.")]
    return wrong


def _of_number(row: Organisation) -> Wrong:
    number = row.corporate_number
    if not number or is_corporate_number(number):
        return _of_same_number(row)
    if not (number.isascii() and number.isdigit()):
        text = _("A corporate number has 13 digits and nothing else; “%(number)s” has other signs.")
    elif len(number) == LENGTH - 1:
        text = _("This is the register's number of 12 digits. With its check digit it reads %(whole)s.")
        return {"corporate_number": [text % {"whole": f"{check_digit(number)}{number}"}]}
    elif len(number) != LENGTH:
        text = _("A corporate number has 13 digits; “%(number)s” has %(count)d.")
    else:
        text = _("The check digit does not fit “%(number)s”: one of its digits is mistyped.")
    return {"corporate_number": [text % {"number": number, "count": len(number)}]}


def _of_same_number(row: Organisation) -> Wrong:
    if not row.corporate_number or row.valid_to is not None:
        return {}
    same = Organisation.objects.filter(corporate_number=row.corporate_number, valid_to__isnull=True)
    other = same.exclude(pk=row.pk).first()
    if other is None:
        return {}
    text = _("%(name)s (%(key)s) has this number already.")
    return {"corporate_number": [text % {"name": other.name, "key": other.key}]}


def _of_body(row: Body) -> Wrong:
    wrong: Wrong = {}
    if not row.department_id:
        wrong["department"] = [_("Name the office that looks after this body.")]
    if row.seats is not None and row.seats < 1:
        wrong["seats"] = [_("Enter how many seats there are, or leave it empty where that is not fixed.")]
    return wrong


def _are_translations(row: Entry) -> bool:
    fields = TRANSLATED[type(row).__name__]
    return isinstance(row.translations, dict) and all(
        _LANGUAGE.fullmatch(str(language))
        and isinstance(texts, dict)
        and all(field in fields and isinstance(text, str) for field, text in texts.items())
        for language, texts in row.translations.items()
    )


def _model_objections(row: models.Model) -> Wrong:
    try:
        row.full_clean()
    except ValidationError as error:
        return {
            "" if name == "__all__" else name: [str(text) for text in texts]
            for name, texts in error.message_dict.items()
        }
    return {}
