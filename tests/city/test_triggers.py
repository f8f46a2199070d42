"""The database keeps what must never change: each trigger is violated, also after a table was rebuilt."""

from __future__ import annotations

import uuid

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from jichi.city import checks, triggers
from jichi.city.models import (
    AuditActor,
    AuditEntry,
    AuditEpoch,
    AuditSeal,
    DatedRule,
    Department,
    DepartmentSuccession,
    Grant,
    GrantWithdrawal,
    KeyFingerprint,
    Person,
    SubjectKey,
)
from jichi.city.room import ROOM

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> dict[str, models.Model]:
    """One row in each table that has a trigger of this room."""
    person = Person.objects.create(name="山田")
    entry = AuditEntry.objects.create(act_id=uuid.uuid4(), act="a.b:c", actor=uuid.uuid4())
    epoch = AuditEpoch.objects.create(number=1, reason="installation")
    grant = Grant.objects.create(person=person, role="auditor", valid_from="2026-04-01")
    old = Department.objects.create(key="old", name="旧課", kind="section")
    new = Department.objects.create(key="new", name="新課", kind="section")
    made: list[models.Model] = [
        entry,
        epoch,
        grant,
        old,
        AuditSeal.objects.create(sequence=1, entry=entry, epoch=epoch, hash="0" * 64),
        AuditActor.objects.create(person=person),
        GrantWithdrawal.objects.create(grant=grant, reason="誤り"),
        SubjectKey.objects.create(wrapped=b"key", key_version=1),
        KeyFingerprint.objects.create(purpose="digest", version=9, fingerprint="0" * 64),
        DatedRule.objects.create(
            key="a.b", title="題", value=1, source="源", in_force_from="2026-04-01", known_from="2026-04-01"
        ),
        DepartmentSuccession.objects.create(predecessor=old, successor=new, on="2026-04-01"),
    ]
    return {row._meta.db_table: row for row in made}


CHANGES = {
    "city_auditentry": {"act": "other"},
    "city_auditseal": {"hash": "1" * 64},
    "city_auditepoch": {"reason": "other"},
    "city_grant": {"role": "administrator"},
    "city_grantwithdrawal": {"reason": "other"},
    "city_departmentsuccession": {"on": "2027-04-01"},
    "city_auditactor": {"system": "worker"},
    "city_keyfingerprint": {"fingerprint": "1" * 64},
    "city_datedrule": {"value": 2},
    "city_subjectkey": {"key_version": 0},
    "city_subjectkey_whole_on_update": {"wrapped": b""},
}


def violate(name: str, rows: dict[str, models.Model]) -> None:
    [trigger] = [one for one in ROOM.triggers if one.name == name]
    manager = type(rows[trigger.table])._base_manager
    which = manager.filter(pk=rows[trigger.table].pk)
    if trigger.when == "BEFORE DELETE":
        which._raw_delete(which.db)
    elif trigger.when == "BEFORE INSERT":
        manager.create(wrapped=b"", key_version=1)
    else:
        which.update(**CHANGES.get(trigger.name, CHANGES[trigger.table]))


@pytest.mark.parametrize("name", [trigger.name for trigger in ROOM.triggers])
def test_each_trigger_bites(name: str, rows: dict[str, models.Model]) -> None:
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        violate(name, rows)
    assert "never" in str(error.value) or "only the last day" in str(error.value)


def test_of_a_grant_the_last_day_may_change(rows: dict[str, models.Model]) -> None:
    Grant.objects.update(valid_to="2027-03-31")
    assert Grant.objects.get().valid_to is not None


def test_a_severed_pseudonym_is_never_tied_again(rows: dict[str, models.Model]) -> None:
    other = Person.objects.create(name="鈴木")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditActor.objects.filter(person__name="山田").update(person=other)
    AuditActor.objects.update(person=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditActor.objects.update(person=other)


def test_a_missing_trigger_is_named_and_made_again() -> None:
    on = "" if connection.vendor == "sqlite" else " ON city_grant"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER city_grant_no_delete{on}")
    assert [problem.where for problem in checks.triggers()] == ["trigger city_grant_no_delete"]
    triggers.install()
    assert list(checks.triggers()) == []


@pytest.mark.django_db(transaction=True)
def test_a_rebuilt_table_gets_its_triggers_back_with_the_next_migrate() -> None:
    field = models.CharField(max_length=250, blank=True, default="")
    field.set_attributes_from_name("reason")
    with connection.schema_editor() as editor:
        editor.alter_field(Grant, Grant._meta.get_field("reason"), field)
    if connection.vendor == "sqlite":
        # Django built the table anew and dropped its triggers without a word.
        assert {trigger.table for trigger in triggers.missing()} == {"city_grant"}
    with connection.schema_editor() as editor:
        editor.alter_field(Grant, field, Grant._meta.get_field("reason"))
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []
    grant = Grant.objects.create(
        person=Person.objects.create(name="山田"), role="auditor", valid_from="2026-04-01"
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        Grant.objects.filter(pk=grant.pk)._raw_delete("default")
