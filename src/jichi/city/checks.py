"""What ``jichi check`` asks of this room (declared in ``room.py``)."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone

from jichi.manifest import Problem

from . import readers, registry, seal
from . import triggers as trigger_tools
from .queries import soundness

STALE_SECONDS = 15 * 60
"""An entry that waits longer than this for its seal means that no worker runs."""


def triggers() -> Iterator[Problem]:
    """Declared triggers that the database does not have."""
    for trigger in trigger_tools.missing():
        yield Problem(
            where=f"trigger {trigger.name}",
            what=f"missing on {trigger.table}: {trigger.meaning}",
            mend="jichi migrate",
        )


def trail() -> Iterator[Problem]:
    """The chain of the audit trail, recomputed from its start, and entries nobody seals."""
    yield from seal.verify()
    since = seal.waiting_since()
    if since is not None and (timezone.now() - since).total_seconds() > STALE_SECONDS:
        yield Problem(
            where="trail",
            what=f"{seal.pending()} entries wait for their seal, the oldest since {since:%Y-%m-%d %H:%M} UTC",
            mend="run the worker: jichi serve, or jichi worker",
            severity="warning",
        )


def cursors() -> Iterator[Problem]:
    """Readers that saw another trail than this one, and cursors of readers nobody declares."""
    for state in readers.states():
        if state.rewound:
            mend = (
                f"jichi rebuild {state.key}" if state.kind == readers.PROJECTION else "see docs: deliveries"
            )
            yield Problem(
                where=f"reader {state.key}",
                what=f"its cursor at {state.sequence} is not of this trail",
                mend=mend,
            )
    declared = {reader.key for reader in registry.readers()}
    for name in readers.cursor_names():
        if name not in declared:
            yield Problem(
                where=f"reader {name}",
                what="has a cursor but no room declares it",
                mend="none needed",
                severity="warning",
            )


def single_city() -> Iterator[Problem]:
    """One installation is one city."""
    if soundness.city_rows() != 1:
        yield Problem(
            where="city",
            what=f"{soundness.city_rows()} cities in the database, not one",
            mend="jichi load-pack NAME",
        )


def grants() -> Iterator[Problem]:
    """Grants that reach nothing: their department ended without successor, or their object is absent."""
    today = timezone.localdate()
    for grant in soundness.grants_of_ended_departments(today):
        yield Problem(
            where=f"grant {grant.pk}",
            what=f"{grant.role} of {grant.department}, which has ended without a successor",
            mend="enter the succession (Departments, Reorganise) or end the grant",
            severity="warning",
        )
    for grant in soundness.grants_of_absent_objects(today):
        yield Problem(
            where=f"grant {grant.pk}",
            what=f"{grant.role} of {grant.object_type} {grant.object_id}, which does not exist",
            mend="withdraw the grant on the person's page",
        )


def departments() -> Iterator[Problem]:
    """The tree of departments has no circle, and who was succeeded has ended."""
    for key in soundness.departments_above_themselves():
        yield Problem(
            where=f"department {key}", what="stands below itself", mend="mend city.json and load the pack"
        )
    for succession in soundness.successions_without_end():
        yield Problem(
            where=f"department {succession.predecessor}",
            what=f"was followed by {succession.successor} on {succession.on} but has not ended then",
            mend="mend the dates in city.json and load the pack",
            severity="warning",
        )


def demonstration() -> Iterator[Problem]:
    """Demonstration sign-ins exist in a demonstration only."""
    if not settings.JICHI.demo and (count := soundness.open_demonstration_accounts()):
        yield Problem(
            where="accounts",
            what=f"{count} demonstration accounts can sign in",
            mend="close them under People",
        )
