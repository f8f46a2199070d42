"""What the database refuses by itself, whoever writes: each rule is broken past the services."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from jichi.consultations.invariants import TRIGGERS
from jichi.consultations.models import Consultation, Disposition, DraftVersion, ResultEdition, Scheme
from jichi.consultations.services import dispose, withdraw

from .conftest import BENCH, DARK, LIGHT, ConsultationMaker, desk_of, fresh
from .saying import divide, say, set_of

DAY = datetime.timedelta(days=1)
Refused = Callable[..., None]


def _update(row: Any, **values: Any) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def _refused(words: str, act: Callable[[], object]) -> None:
    """The database refuses the act with these words."""
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        act()


def _edition(row: Consultation, people: SimpleNamespace) -> ResultEdition:
    return ResultEdition.objects.create(
        consultation=row,
        number=row.editions.count() + 1,
        content={},
        counts={},
        digest="0" * 64,
        reason="訂正" if row.editions.exists() else "",
        published_at=timezone.now(),
        published_by=people.officer.actor,
    )


def _dispose_all(row: Consultation, people: SimpleNamespace, *texts: str) -> list[Disposition]:
    return [
        dispose(
            viewer=people.officer,
            consultation_id=row.pk,
            set_id=set_of(desk_of(row), text).pk,
            code="2",
            summary="要旨",
            view="考え方",
        )
        for text in texts
    ]


def test_every_trigger_is_in_the_database() -> None:
    assert len({one.name for one in TRIGGERS}) == len(TRIGGERS)
    assert all(len(one.name) <= 60 for one in TRIGGERS)


def test_nothing_is_born_published_or_deleted(consultation: Consultation, people: SimpleNamespace) -> None:
    twin = Consultation.objects.get(pk=consultation.pk)
    twin.pk, twin.key, twin.desk = None, "twin", None
    _refused("begins in preparation", lambda: twin.save(force_insert=True))
    table = "consultations_consultation"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
    _refused("never deleted", lambda: DraftVersion.objects.all()._raw_delete("default"))
    scheme = Scheme.objects.get()
    _refused("never deleted", lambda: Scheme.objects.filter(pk=scheme.pk)._raw_delete("default"))
    _refused("never changed", lambda: _update(scheme, confirmed=not scheme.confirmed))


@pytest.mark.parametrize(
    "days", [{"last_day": -1}, {"first_day": -1}, {"first_day": 1}, {"first_day": -1, "last_day": -1}]
)
def test_a_published_period_is_never_shortened_or_moved(
    consultation: Consultation, days: dict[str, int]
) -> None:
    values = {name: getattr(consultation, name) + by * DAY for name, by in days.items()}
    _refused("never shortened|needs a published reason", lambda: _update(consultation, **values))


def test_nor_by_the_desk_nor_by_taking_the_rule_away(consultation: Consultation) -> None:
    desk = desk_of(consultation)
    assert desk.closes_at is not None
    _refused("never closed early", lambda: _update(desk, closes_at=desk.closes_at - DAY))
    _refused("never closed early", lambda: _update(desk, closes_at=timezone.now()))
    _update(desk, closes_at=desk.closes_at + DAY)
    _refused("never shortened", lambda: _update(consultation, least_days=0))
    _refused("never shortened", lambda: _update(consultation, published_at=None))
    _refused("never shortened", lambda: _update(consultation, published_at=timezone.now()))
    assert consultation.last_day is not None
    _refused("until the end", lambda: _update(consultation, last_day=consultation.last_day + 2 * DAY))
    _update(consultation, last_day=consultation.last_day + DAY)


def test_a_period_below_the_rule_needs_its_reason(
    prepared: ConsultationMaker, consultation: Consultation
) -> None:
    desk, first = desk_of(consultation), timezone.localdate()
    row = prepared(key="short", first_day=first, last_day=first + 9 * DAY)
    desk = type(desk).objects.create(
        key="short",
        mechanism="consultations",
        context="x:1",
        title="x",
        department=row.department,
        closes_at=timezone.now() + 11 * DAY,
    )
    whole = {"desk": desk, "least_days": 30, "rule_fingerprint": "x", "published_at": timezone.now()}
    _refused("needs a published reason", lambda: _update(row, **whole))
    _update(row, **whole, short_reason="急ぐ")
    _refused("published reason|was published", lambda: _update(row, short_reason=""))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "別"),
        ("kind", "other"),
        ("notice", "別"),
        ("post_rule", "postmark"),
        ("is_sample", True),
        ("key", "x"),
    ],
)
def test_what_was_published_stays(consultation: Consultation, name: str, value: object) -> None:
    _refused("what was published never changes", lambda: _update(consultation, **{name: value}))


def test_the_reason_of_a_withdrawal_stays(consultation: Consultation, people: SimpleNamespace) -> None:
    withdraw(viewer=people.head, consultation_id=consultation.pk, version=None, reason="やめます。")
    _refused("never taken back", lambda: _update(consultation, withdrawn_reason="別の理由"))


def test_a_published_text_never_changes(consultation: Consultation, prepared: ConsultationMaker) -> None:
    text = DraftVersion.objects.get()
    for values in (
        {"content": {"title": "x", "paragraphs": [], "retired": []}},
        {"title": "別"},
        {"digest": "1" * 64},
        {"published_at": None},
        {"kind": "final"},
    ):
        _refused("published text never changes", lambda values=values: _update(text, **values))
    _update(text, translated_how="officer")
    unpublished = prepared(key="another").texts.get()
    _update(unpublished, title="別")


def test_no_result_while_an_opinion_has_no_disposition(over: Consultation, people: SimpleNamespace) -> None:
    result = {"result_published_at": timezone.now()}
    _dispose_all(over, people, LIGHT, DARK)
    _edition(over, people)
    _refused("has no disposition", lambda: _update(over, **result))
    _dispose_all(over, people, BENCH)
    whole = say(desk_of(over), "分けていない", divided=False)
    _refused("has no disposition", lambda: _update(over, **result))
    divide(whole, "分けていない")
    _refused("has no disposition", lambda: _update(over, **result))
    _update(whole, end="withdrawn", ended_at=timezone.now())
    say(desk_of(over), "遅れた意見", late=True)
    _update(over, **result)
    row = fresh(over)
    _refused("never taken back", lambda: _update(row, result_published_at=None))
    _refused("never taken back", lambda: _update(row, result_published_at=timezone.now()))
    _refused("published disposition stays", lambda: Disposition.objects.all()._raw_delete("default"))


def test_an_opinion_alone_may_have_its_own_disposition(over: Consultation, people: SimpleNamespace) -> None:
    _dispose_all(over, people, LIGHT, BENCH)
    _edition(over, people)
    result = {"result_published_at": timezone.now()}
    _refused("has no disposition", lambda: _update(over, **result))
    opinion = set_of(desk_of(over), DARK).members.get().opinions.get()
    dispose(
        viewer=people.officer,
        consultation_id=over.pk,
        opinion_id=opinion.pk,
        code="4",
        summary="要旨",
        view="考え方",
    )
    _update(over, **result)


def test_a_result_is_an_edition(over: Consultation, people: SimpleNamespace) -> None:
    _dispose_all(over, people, LIGHT, DARK, BENCH)
    _refused("as an edition", lambda: _update(over, result_published_at=timezone.now()))


def test_no_result_before_the_period_ends(consultation: Consultation, people: SimpleNamespace) -> None:
    row = consultation
    _dispose_all(row, people, LIGHT, DARK, BENCH)
    _edition(row, people)
    _refused("after the last day", lambda: _update(row, result_published_at=timezone.now()))
    withdraw(viewer=people.head, consultation_id=row.pk, version=row.version, reason="制度が変わった")
    _update(row, result_published_at=timezone.now())
    _refused("never taken back", lambda: _update(row, withdrawn_at=None, withdrawn_reason=""))


def test_dispositions_and_editions_stay_what_they_are(over: Consultation, people: SimpleNamespace) -> None:
    one, other = _dispose_all(over, people, LIGHT, DARK)
    spare = set_of(desk_of(over), BENCH)
    _refused("stays with its opinions", lambda: _update(one, set=spare))
    other.delete()
    edition = _edition(over, people)
    _refused("never changed", lambda: _update(edition, content={"x": 1}))
    _refused("never deleted", lambda: ResultEdition.objects.all()._raw_delete("default"))
