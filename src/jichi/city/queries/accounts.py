"""Look-ups of accounts for the sign-in itself, before there is a viewer."""

from __future__ import annotations

import uuid

from jichi.city.models import Account, Department


def account_with_address(email: str) -> Account | None:
    """The open account with this address, whatever its case."""
    return Account.objects.filter(email=email.strip().lower(), is_active=True).first()


def demonstration_accounts() -> dict[str, uuid.UUID]:
    """The demonstration's accounts: address → id."""
    return dict(Account.objects.filter(is_demonstration=True).values_list("email", "pk"))


def department_id(key: str) -> int | None:
    """The department of that key, or None."""
    return Department.objects.filter(key=key).values_list("pk", flat=True).first()


def first_department_id() -> int | None:
    """Some department that exists, at the top if possible, for the demonstration's officer."""
    rows = Department.objects.filter(valid_to__isnull=True).order_by("parent_id", "pk")
    return (
        rows.filter(parent__isnull=True).values_list("pk", flat=True).first()
        or rows.values_list("pk", flat=True).first()
    )
