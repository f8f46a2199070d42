"""Dated rules: looked up by two dates, only ever added, shown with their source."""

from __future__ import annotations

import datetime
import json
import re

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from jichi.city import rules
from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import AuditEntry, DatedRule
from jichi.city.pack import PACKS, Pack, validate
from jichi.city.viewers import system_viewer
from jichi.manifest import Role

SCHEMA = "city/schema/jichi-dated-rules-1.schema.json"
day = datetime.date.fromisoformat


def rule(value: object = 30, begins: str = "2010-04-01", **more: object) -> dict[str, object]:
    return {
        "key": "consultation.period_days",
        "title": {"ja": "期間", "en": "Period"},
        "value": value,
        "unit": "day",
        "boundary": "at_least",
        "in_force_from": begins,
        "known_from": begins,
        "source": {"ja": "条例"},
        "confirmed": True,
        **more,
    }


def load(*items: dict[str, object]) -> rules.services.RulesReport:
    data = {"format": "jichi-dated-rules/1", "rules": list(items)}
    validate(data, SCHEMA, name="dated-rules.json")
    return rules.load_dated_rules(viewer=system_viewer("pack-loader"), pack=Pack.open("mihon"), data=data)


def value(on: str, known_on: str | None = None) -> object:
    return rules.get(
        "consultation.period_days", on=day(on), known_on=day(known_on) if known_on else None
    ).value


def test_a_rule_is_found_by_the_day_and_by_what_was_known_then(db):
    load(
        rule(20, "2010-04-01"),
        rule(30, "2020-04-01", known_from="2019-12-01"),
        rule(25, "2010-04-01", known_from="2021-06-01"),  # a mistake about the old one was found
    )
    assert value("2015-01-01", "2020-01-01") == 20
    assert value("2015-01-01") == 25
    assert value("2020-04-01") == 30 and value("2020-03-31", "2019-12-31") == 20
    with pytest.raises(rules.RuleUnknown):
        value("2020-04-01", "2009-01-01")
    with pytest.raises(rules.RuleNotYet):
        value("2010-03-31")
    with pytest.raises(rules.RuleUnknown, match="no_such"):
        rules.get("no.no_such", on=day("2020-01-01"))
    assert rules.find("no.no_such", on=day("2020-01-01")) is None


def test_a_repealed_rule_is_said_to_be_repealed_once_that_was_known(db):
    load(rule(), rule(in_force_to="2022-03-31", known_from="2022-01-10"))
    assert value("2022-03-31") == 30 and value("2023-01-01", "2022-01-09") == 30
    with pytest.raises(rules.RuleRepealed):
        value("2022-04-01")


def test_loading_again_adds_nothing_and_nothing_is_rewritten(db, viewer_as):
    assert load(rule(), rule(40, "2030-04-01")).touched == 2
    again = load(rule(title={"ja": "別の題"}))
    assert (again.touched, again.unchanged) == (0, 1)
    assert AuditEntry.objects.filter(act="city.rule:load").count() == 1
    assert load(rule(confirmed=False)).touched == 1
    for change in (lambda: DatedRule.objects.update(value=1), lambda: DatedRule.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(NotAllowed):
        rules.load_dated_rules(viewer=viewer_as(Role.AUDITOR), pack=Pack.open("mihon"), data={"rules": []})


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"in_force_from": "2021-02-30"}, "rules/0/in_force_from"),
        ({"in_force_to": "2009-01-01"}, "rules/0/in_force_to"),
        ({"value": ["02-30"], "unit": "day_of_year"}, "rules/0/value"),
        ({"boundary": "about"}, "dated-rules.json"),
    ],
)
def test_a_rule_that_cannot_be_is_named_by_its_place(db, wrong, where):
    with pytest.raises(Invalid) as error:
        load(rule(**wrong))
    assert where in error.value.messages
    assert not DatedRule.objects.exists()


@pytest.mark.parametrize(
    ("boundary", "holds"),
    [("at_least", "30 31"), ("over", "31"), ("at_most", "29 30"), ("under", "29"), ("exactly", "30")],
)
def test_boundaries_are_words(db, boundary, holds):
    load(rule(boundary=boundary))
    found = rules.get("consultation.period_days", on=day("2020-01-01"))
    assert " ".join(str(one) for one in (29, 30, 31) if found.holds(one)) == holds


@pytest.mark.parametrize("name", ["kawasaki", "mihon"])
def test_the_packs_hold_what_the_rooms_ask_for(db, name):
    pack = Pack.open(name)
    for file in pack.files("dated_rules"):
        rules.load_dated_rules(viewer=system_viewer("pack-loader"), pack=pack, data=pack.data(file, SCHEMA))
    wanted = {
        "consultation.period_days",
        "voices.reply_working_days",
        "voices.escalate_working_days_before",
        "backup.expiry_days",
        "office.closed_days",
        "office.message_days",
        *(f"voices.retention_years.{one}" for one in ("short", "standard", "consultation", "sealed")),
    }
    found = {one.key: one for one in rules.in_force(on=day("2026-11-27"))}
    assert found.keys() == wanted
    assert (found["consultation.period_days"].value, found["consultation.period_days"].boundary) == (
        30,
        "at_least",
    )
    assert not found["voices.reply_working_days"].confirmed
    data = json.loads((PACKS / name / "dated-rules.json").read_text(encoding="utf-8"))
    assert all(
        {"ja", "en", "ja-simple"} <= one[text].keys() for one in data["rules"] for text in ("title", "source")
    )


def test_the_page_tells_value_source_and_what_is_not_confirmed(city):
    load(
        rule(),
        rule(20, "2000-04-01"),
        rule(14, key="voices.reply_working_days", confirmed=False, unit="working_day"),
    )
    page = Client().get("/en/rules/").content.decode()
    assert (
        re.search(r"2\W+rules", re.sub("<[^>]+>", "", page))
        and "at least 30 days" in page
        and "at least 20 days" in page
    )
    assert "14 working days" in page and "not confirmed" in page and "条例" in page
    assert Client().get("/rules/").status_code == 200
