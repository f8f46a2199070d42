"""Samples and values of R's survey package (reference/own), as the tests of association and regression read them."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from jichi.methods.surveys.designs.design import Design, make_design

HERE = Path(__file__).parent / "reference" / "own"


@cache
def columns(file: str) -> dict[str, npt.NDArray[Any]]:
    """A CSV file by column: numbers where every cell is one or empty, else text."""
    with (HERE / f"{file}.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found: dict[str, npt.NDArray[Any]] = {}
    for name in rows[0]:
        cells = [row[name] for row in rows]
        try:
            found[name] = np.array([float(cell) if cell else np.nan for cell in cells])
        except ValueError:
            found[name] = np.array(cells)
    return found


def design(shape: dict[str, Any]) -> Design:
    """The design that a shape of the reference describes; without adjustments."""
    data = columns(shape["file"])
    stages = {
        name: [data[column] for column in shape[name]]
        for name in ("strata", "clusters", "fpc")
        if name in shape
    }
    weights = data[shape["weights"]] if "weights" in shape else None
    made = make_design(weights=weights, nest=shape.get("nest", False), **stages)
    where = shape.get("where")
    if where is None:
        return made
    column = data[where["column"]]
    if "equals" in where:
        return made.where(column == where["equals"])
    if where["unlike"] == "" and column.dtype.kind == "f":
        return made.where(~np.isnan(column))
    return made.where(column != where["unlike"])


@cache
def reference(name: str) -> dict[str, Any]:
    return json.loads((HERE / f"reference-{name}.json").read_text(encoding="utf-8"))


def calls(*stats: str, files: tuple[str, ...] = ("tests",)) -> list[Any]:
    """Calls of some statistics on designs without adjustments, with their designs' shapes."""
    found = []
    for file in files:
        read = reference(file)
        for call in read["calls"]:
            shape = read["designs"][call["design"]]
            if call["stat"] in stats and "step" not in shape and "from" not in shape:
                found.append((call, shape))
    assert found, f"no case of {stats} in {files}"
    return found


def name_of(case: tuple[dict[str, Any], dict[str, Any]]) -> str:
    return str(case[0]["id"])


def more(*kinds: str) -> list[dict[str, Any]]:
    """Cases of fixtures/more_tests.json."""
    read = json.loads((Path(__file__).parent / "fixtures" / "more_tests.json").read_text(encoding="utf-8"))
    found = [case for case in read["cases"] if case["kind"] in kinds]
    assert found, f"no case of {kinds}"
    return found


def more_name(case: dict[str, Any]) -> str:
    return ".".join([case["kind"], case["design"], *map(str, case["args"].values())])


def more_design(case: dict[str, Any]) -> Design:
    return design(reference("tests")["designs"][case["design"]])
