"""The samples of a reference folder, as its files describe them, made with our own functions."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from jichi.methods.surveys.designs.design import Design, make_design
from jichi.methods.surveys.replication.jackknife import jackknife
from jichi.methods.surveys.replication.replicates import Replicates, from_weights, readjusted
from jichi.methods.surveys.weighting.calibration import calibrate
from jichi.methods.surveys.weighting.raking import poststratify, rake
from jichi.methods.surveys.weighting.stacks import Factor
from jichi.methods.surveys.weighting.trimming import trim_weights

__all__ = ["Folder", "Rows", "Sampled"]

Sampled = Design | Replicates
# What R calls the choices for a stratum with one unit.
LONELY = {"remove": "certainty", "certainty": "certainty", "adjust": "centre", "average": "average"}
# What rake() of R does when nothing else is said; and as the reference script asks it to go on to the end.
RAKES: dict[str, dict[str, Any]] = {
    "default": {"stop": "change", "tolerance": 1.0, "max_sweeps": 10, "unconverged": "keep"},
    "converged": {"tolerance": 1e-13, "max_sweeps": 5000, "unconverged": "keep"},
}


class Rows:
    """A table of answers; an empty cell is a missing answer."""

    def __init__(self, columns: Mapping[str, list[str]]) -> None:
        self.columns = columns

    @classmethod
    def read(cls, path: Path) -> Rows:
        """The table in a CSV file."""
        with path.open(newline="", encoding="utf-8") as file:
            lines = list(csv.DictReader(file))
        return cls({name: [line[name] for line in lines] for name in lines[0]})

    def labels(self, name: str) -> npt.NDArray[np.str_]:
        """Shape (n,): text."""
        return np.array(self.columns[name])

    def numbers(self, name: str) -> npt.NDArray[np.float64]:
        """Shape (n,): NaN where there is none."""
        return np.array([float(value) if value not in ("", "NA") else np.nan for value in self.columns[name]])

    def is_number(self, name: str) -> bool:
        """Whether all answers are numbers."""
        try:
            self.numbers(name)
        except ValueError:
            return False
        return True

    def only(self, chosen: npt.NDArray[np.bool_]) -> Rows:
        """Some of the rows."""
        return Rows({name: np.array(values)[chosen].tolist() for name, values in self.columns.items()})

    def where(self, condition: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Rows that meet a condition of the reference file."""
        name = condition["column"]
        if "above" in condition:
            return self.numbers(name) > condition["above"]
        if "unlike" in condition:
            return self.labels(name) != str(condition["unlike"])
        return self.labels(name) == str(condition["equals"])


class Folder:
    """A folder of reference-*.json files, the CSV files they speak of, and totals.json."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: dict[str, Rows] = {}
        self._samples: dict[str, Sampled] = {}

    @cached_property
    def totals(self) -> dict[str, Any]:
        """What is known of the population."""
        return dict(json.loads((self.path / "totals.json").read_text(encoding="utf-8")))

    def calls(self, file: str = "") -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        """Calls of the reference files whose names hold ``file``, each with how the file's samples were made."""
        for path in sorted(self.path.glob("reference-*.json")):
            if file in path.name:
                reference = json.loads(path.read_text(encoding="utf-8"))
                for call in reference["calls"]:
                    yield call, reference["designs"]

    def rows(self, file: str) -> Rows:
        """A table, read once."""
        if file not in self._rows:
            self._rows[file] = Rows.read(self.path / f"{file}.csv")
        return self._rows[file]

    def sample(self, name: str, shapes: Mapping[str, Any]) -> tuple[Sampled, Rows]:
        """The sample of that name and its answers; ``shapes`` describes all of a reference file."""
        spec = shapes[name]
        while "file" not in spec:
            spec = shapes[spec["from"]]
        rows = self.rows(spec["file"])
        key = f"{name} {json.dumps(shapes[name], sort_keys=True)}"
        if key not in self._samples:
            self._samples[key] = self._made(name, shapes, rows)
        return self._samples[key], rows

    def _made(self, name: str, shapes: Mapping[str, Any], rows: Rows) -> Sampled:
        spec = shapes[name]
        if "from" in spec:
            then = spec["then"]
            if then["op"] == "where":
                return self.sample(spec["from"], shapes)[0].where(rows.where(then))
            return self._with_steps(shapes[spec["from"]], rows, then)
        made = self._with_steps(spec, rows, None)
        return made.where(rows.where(spec["where"])) if "where" in spec else made

    def _with_steps(self, spec: Mapping[str, Any], rows: Rows, then: Mapping[str, Any] | None) -> Sampled:
        design = _design(spec, rows)
        step = spec.get("step")
        if step is None:
            return design
        if step["op"] != "replicates":
            return self._adjusted(design, step, rows)
        if then is not None:
            design = self._adjusted(design, then, rows)
        return _replicated(design, step)

    def _adjusted(self, design: Design, step: Mapping[str, Any], rows: Rows) -> Design:
        match step["op"]:
            case "post_stratify":
                return poststratify(design, *self._margin(tuple(step["by"]), rows))
            case "rake":
                margins = [self._margin((name,), rows) for name in step["margins"]]
                return rake(design, margins, residual="r-rake", **RAKES[step["control"]])
            case "calibrate":
                bounds = tuple(step["bounds"]) if step.get("bounds") else None
                x, known = self._auxiliary(step["terms"], rows)
                return calibrate(
                    design,
                    x,
                    known,
                    distance=step["kind"],
                    bounds=bounds,
                    tolerance=step.get("tolerance", 1e-13),
                    max_iterations=500,
                )
            case "trim":
                before = self._adjusted(design, step["after"], rows)
                low, high = step.get("lower", 0.0), step.get("upper", np.inf)
                return trim_weights(before, low=low, high=high, strict=step["strict"])
        raise ValueError(step["op"])

    def _margin(self, names: tuple[str, ...], rows: Rows) -> tuple[npt.NDArray[np.str_], dict[str, float]]:
        columns = [rows.labels(name) for name in names]
        groups = np.array(["|".join(row) for row in zip(*columns, strict=True)])
        return groups, self.totals["*".join(names)]

    def _auxiliary(self, terms: list[str], rows: Rows) -> tuple[dict[str, Any], dict[str, float]]:
        """A column of ones, a column for each label but the first, numbers as they are."""
        x: dict[str, Any] = {"all": np.ones(len(next(iter(rows.columns.values()))))}
        known: dict[str, float] = {"all": self.totals["population"]}
        for term in terms:
            if isinstance(self.totals[term], dict):
                for label, count in list(self.totals[term].items())[1:]:
                    x[f"{term}={label}"] = (rows.labels(term) == label).astype(float)
                    known[f"{term}={label}"] = count
            else:
                x[term] = rows.numbers(term)
                known[term] = self.totals[term]
        return x, known


def _design(spec: Mapping[str, Any], rows: Rows) -> Design:
    clusters = [rows.labels(name) for name in spec.get("clusters", [])]
    strata: list[Any] = [rows.labels(name) for name in spec.get("strata", [])]
    fpc = [rows.numbers(name) for name in spec.get("fpc", [])]
    if strata and len(clusters) > 1:
        strata = [*strata, *([None] * (len(clusters) - len(strata)))]
    return make_design(
        weights=rows.numbers(spec["weights"]) if "weights" in spec else None,
        strata=_single(strata),
        clusters=_single(clusters),
        fpc=_single(fpc),
        nest=bool(spec.get("nest", False)),
        single_unit=LONELY[spec["lonely"]] if "lonely" in spec else "refuse",
    )


def _single(stages: list[Any]) -> Any:
    return (stages[0] if len(stages) == 1 else stages) if stages else None


def _replicated(design: Design, step: Mapping[str, Any]) -> Replicates:
    if "factors" not in step:
        return jackknife(design, mse=step["mse"])
    # A line per first-stage unit in the order of the rows; ours are in the order of their labels.
    table = np.array(step["factors"], dtype=float)
    units = design.stages[0].units
    _, first = np.unique(units, return_index=True)
    place = np.empty(len(first), dtype=np.int64)
    place[np.argsort(first)] = np.arange(len(first))
    rows, given = place[units], np.array(step["rscales"], dtype=float)
    rscales = np.full(table.shape[1], given[0]) if len(given) == 1 else given
    if not design.adjustments:
        return from_weights(
            design.weights,
            table[rows],
            scale=step["scale"],
            rscales=rscales,
            mse=step["mse"],
            combined=False,
            design=design,
        )
    return Replicates(
        design=design,
        stack=readjusted(design, Factor(table=table, codes=rows), table.shape[1], adjust=True),
        scale=step["scale"],
        rscales=rscales,
        mse=step["mse"],
        df=float(design.df),
        method=step["type"],
    )


def without_rows(sample: Sampled, rows: npt.NDArray[np.bool_]) -> Sampled:
    """The domain of those rows, or the sample itself where they are all."""
    return sample if rows.all() else sample.where(rows)
