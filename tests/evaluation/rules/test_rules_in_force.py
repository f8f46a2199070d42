"""Rules are appended, never overwritten, and looked up by the day they hold and the day they were known."""

from __future__ import annotations

import copy
import datetime
from typing import Any
from unittest.mock import patch

import pytest

from jichi.city.access import Viewer
from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.city.pack import Pack
from jichi.evaluation.models import RuleSet, RuleSetVersion
from jichi.evaluation.queries.grades import NotYet, Repealed, Unknown, rule_in_force
from jichi.evaluation.rules.checks import versions
from jichi.evaluation.services.rules import load_rules

from .files import raw
from .planned import loaded, version_of

pytestmark = pytest.mark.django_db

DAY = datetime.date


def with_version(name: str, **changes: Any) -> Any:
    data = copy.deepcopy(raw(name))
    data["versions"].append({**data["versions"][-1], **changes})
    return data


def test_a_second_load_changes_nothing_and_another_content_is_the_next_version() -> None:
    assert loaded(raw("kawasaki")) == 1
    entries = AuditEntry.objects.count()
    assert loaded(raw("kawasaki")) == 0
    assert AuditEntry.objects.count() == entries
    first = RuleSetVersion.objects.get()
    changed = copy.deepcopy(raw("kawasaki"))
    changed["versions"][0]["clauses"][2]["limit"] = "70"
    assert loaded(changed) == 1
    assert loaded(raw("kawasaki")) == 0  # what was held once is held for good
    first.refresh_from_db()
    assert [row.number for row in RuleSetVersion.objects.order_by("number")] == [1, 2]
    assert first.definition["clauses"][2]["limit"] == "60"
    assert not first.is_confirmed and first.source["confidence"] == "unseen"
    assert AuditEntry.objects.filter(act="evaluation.rules:load").count() == 3


def test_a_stored_version_that_was_tampered_with_is_found() -> None:
    version = version_of("kawasaki")
    assert list(versions()) == []
    version.definition["clauses"][2]["limit"] = "50"
    with patch("jichi.evaluation.rules.checks.stored_versions", lambda: [version]):
        assert [one.what for one in versions()] == ["it is not what was loaded"]
    version.definition["clauses"] = []
    with patch("jichi.evaluation.rules.checks.stored_versions", lambda: [version]):
        (found,) = versions()
    assert found.where == "rule kawasaki, version 1" and "/clauses" in found.what


def test_a_broken_file_says_where_and_leaves_nothing() -> None:
    data = copy.deepcopy(raw("kawasaki"))
    data["versions"][0]["clauses"][0]["grade"] = "z"
    data["versions"][0]["combine"] = "mean"
    with pytest.raises(Invalid) as caught:
        loaded(data)
    said = caught.value.messages["rules"]
    assert [line.partition(":")[0] for line in said] == [
        "kawasaki#/versions/0/clauses/0/grade",
        "kawasaki#/versions/0/combine",
    ]
    assert not RuleSet.objects.exists()


def test_a_key_is_of_one_kind() -> None:
    loaded(raw("kawasaki"))
    with pytest.raises(Invalid):
        loaded({**raw("jichi-proposal"), "key": "kawasaki"})


def test_only_who_loads_packs_may_load_rules(planning_officer: Viewer) -> None:
    with pytest.raises(NotAllowed):
        load_rules(viewer=planning_officer, pack=Pack.open("mihon"), data=raw("kawasaki"))
    assert not RuleSet.objects.exists()


def test_the_version_of_a_day() -> None:
    version_of("mihon", 2)
    assert rule_in_force("mihon", DAY(2024, 3, 31)).number == 1
    assert rule_in_force("mihon", DAY(2024, 4, 1)).number == 2
    # As was known then: the amendment of 2024 was decided in March of that year.
    assert rule_in_force("mihon", DAY(2024, 4, 1), DAY(2024, 2, 29)).number == 1


def test_not_yet_unknown_and_repealed_are_three_answers() -> None:
    loaded(raw("mihon"))
    with pytest.raises(NotYet) as early:
        rule_in_force("mihon", DAY(2020, 3, 31))
    assert early.value.day == DAY(2020, 4, 1)
    with pytest.raises(Unknown):
        rule_in_force("mihon", DAY(2024, 4, 1), DAY(2019, 1, 1))
    with pytest.raises(Unknown):
        rule_in_force("nowhere", DAY(2024, 4, 1))
    loaded(with_version("mihon", in_force_to="2025-03-31", known_from="2025-01-01"))
    assert rule_in_force("mihon", DAY(2025, 3, 31)).number == 3
    with pytest.raises(Repealed) as over:
        rule_in_force("mihon", DAY(2025, 4, 1))
    assert over.value.day == DAY(2025, 3, 31)
    assert rule_in_force("mihon", DAY(2025, 4, 1), DAY(2024, 12, 31)).number == 2
