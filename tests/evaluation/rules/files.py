"""The rule files of the packs, read once, and cases told by a few words."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jichi.evaluation.rules.parsing import parse_file
from jichi.evaluation.rules.sentences import Told
from jichi.evaluation.rules.stored import Beside, beside_of, case_of, steps_of
from jichi.evaluation.rules.values import GradingRule, ProposalRule, RuleFile
from jichi.methods.rating import Case, Observation, Rating, Reason, rate

PACKS = Path(__file__).resolve().parents[3] / "src/jichi/packs"


@cache
def raw(name: str) -> Any:
    return json.loads(next(PACKS.glob(f"*/rules/{name}.json")).read_text(encoding="utf-8"))


@cache
def rule_file(name: str) -> RuleFile:
    return parse_file(raw(name))


def grading(name: str, version: int = 0) -> GradingRule:
    found = rule_file(name).versions[version].content
    assert isinstance(found, GradingRule)
    return found


def proposal() -> ProposalRule:
    found = rule_file("jichi-proposal").versions[0].content
    assert isinstance(found, ProposalRule)
    return found


def case(
    value: str | None,
    *,
    target: str | None = "200",
    start: str | None = "100",
    comparator: str = "ge",
    year: int = 2023,
    start_year: int = 2021,
    target_year: int = 2025,
    decimals: int = 1,
    missing: Reason = Reason.NO_VALUE,
    earlier: dict[int, str] | None = None,
    **more: Any,
) -> Case:
    rows = [Observation(year=one, value=Decimal(text)) for one, text in (earlier or {}).items()]
    own = None if value is None else Decimal(value)
    return Case(
        comparator=comparator,  # type: ignore[arg-type]
        target=None if target is None else Decimal(target),
        target_year=target_year,
        start=None if start is None else Decimal(start),
        start_year=start_year,
        year=year,
        observations=[*rows, Observation(year=year, value=own, missing=missing)],
        decimals=decimals,
        **more,
    )


def graded(name: str, made: Case, version: int = 0) -> Rating:
    return rate(made, grading(name, version).rule)


def told(
    name: str, made: Case, *, unit: str = "%", flags: tuple[dict[str, Any], ...] = (), **more: Any
) -> Told:
    """A case as it would be stored, read back from JSON."""
    found = graded(name, made)
    stored = {
        "case": case_of(
            made, found, unit={"ja": unit}, target_decimals=0, start_decimals=made.decimals, note={}
        ),
        "steps": steps_of(found, made.decimals),
        "beside": beside_of(found, made, Beside(flags=flags, **more)),
    }
    back = json.loads(json.dumps(stored, ensure_ascii=False))
    return Told(
        grade=found.grade or "",
        cause="" if found.reason is None else str(found.reason),
        case=back["case"],
        steps=back["steps"],
        beside=back["beside"],
        rule=grading(name),
    )
