"""Who and when: the city, its wards and departments, its people and roles, and the audit trail."""

from .audit import AuditActor, AuditEntry, AuditEpoch, AuditSeal, ReaderCursor
from .organisation import City, Department, DepartmentSuccession, Ward
from .people import Account, Grant, Person
from .withdrawals import GrantWithdrawal

__all__ = [
    "Account",
    "AuditActor",
    "AuditEntry",
    "AuditEpoch",
    "AuditSeal",
    "City",
    "Department",
    "DepartmentSuccession",
    "Grant",
    "GrantWithdrawal",
    "Person",
    "ReaderCursor",
    "Ward",
]
