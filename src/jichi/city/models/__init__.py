"""Who and when: the city, its wards and departments, its people and roles, and the audit trail."""

from .audit import AuditActor, AuditEntry, AuditEpoch, AuditSeal, ReaderCursor
from .keys import KeyFingerprint, SubjectKey
from .organisation import City, Department, DepartmentSuccession, Ward
from .people import Account, Grant, Person
from .rules import DatedRule
from .withdrawals import GrantWithdrawal

__all__ = [
    "Account",
    "AuditActor",
    "AuditEntry",
    "AuditEpoch",
    "AuditSeal",
    "City",
    "DatedRule",
    "Department",
    "DepartmentSuccession",
    "Grant",
    "GrantWithdrawal",
    "KeyFingerprint",
    "Person",
    "ReaderCursor",
    "SubjectKey",
    "Ward",
]
