"""The reference folder of a made-up city, whose files were made apart from ours and look different.

A stratified two-stage sample in two years, half of which answered; weights adjusted by class (age and sex), then
raked. Its numbers are those of survey 4.5 and sae 1.3, see its ``meta``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from jichi.methods.surveys.designs.design import Design, make_design
from jichi.methods.surveys.estimation.replicated import design_of
from jichi.methods.surveys.replication.jackknife import jackknife
from jichi.methods.surveys.weighting.nonresponse import adjust_nonresponse
from jichi.methods.surveys.weighting.raking import rake

from .samples import Folder, Rows, Sampled

__all__ = ["City"]

RAKED = {"residual": "r-rake", "tolerance": 1e-13, "max_sweeps": 5000}
# What the reference calls a statistic, and what we call it.
KINDS = {
    "prop": "mean",
    "domain_mean": "by_mean",
    "trend": "contrast",
    "glm_logit": "glm",
    "fh_refvar": "fh_variance",
    "fh_eblup": "fh_area",
}


class City(Folder):
    """Its samples by name, ``2024.wr.rake`` and the like, and its cases as calls of ours."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        everybody = Rows.read(path / "sample.csv")
        answered = everybody.labels("resp") == "1"
        since = [str(int(year) - 2024) for year in everybody.columns["year"]]
        everybody = Rows(everybody.columns | {"since": since})
        self.answers = everybody.only(answered)
        self.before = _raised(everybody, answered)

    @cached_property
    def margins(self) -> dict[str, Any]:
        """What is known of the city."""
        return dict(json.loads((self.path / "margins.json").read_text(encoding="utf-8")))

    def sample(self, name: str, shapes: Mapping[str, Any]) -> tuple[Sampled, Rows]:
        """The sample of that name, and its answers."""
        del shapes
        if name not in self._samples:
            self._samples[name] = self._named(name)
        return self._samples[name], self._answers(name)

    def rows(self, file: str) -> Rows:
        """The wards' direct estimates, as a table of areas."""
        if file != "wards":
            return super().rows(file)
        given = Rows.read(self.path / "ward_direct_2024.csv")
        variance = [repr(error * error) for error in given.numbers("se").tolist()]
        return Rows({"area": given.columns["ward"], "y": given.columns["well"], "variance": variance})

    def calls(self, file: str = "") -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        """Each case as a call with one case; those on data that are not ours (milk) are left out."""
        del file
        weights = json.loads((self.path / "weights.json").read_text(encoding="utf-8"))
        for year, (column, step) in product(("2024", "2026"), (("w_nr", "nr"), ("w_rake", "rake"))):
            name = f"{year}.wr.{step}"
            cases = [{"values": weights[f"{year}.wr"][column]}]
            call = {"id": f"{name}.weights", "design": name, "stat": "weights", "args": {}, "cases": cases}
            yield call, {}
        reference = json.loads((self.path / "reference.json").read_text(encoding="utf-8"))
        for case in reference["cases"]:
            if case["id"].startswith("milk"):
                continue
            numbers = {
                name: case[name]
                for name in ("estimate", "se", "lci", "uci", "df", "deff", "t", "p")
                if case.get(name) is not None
            }
            yield _call(case, numbers), {"wards": {"file": "wards"}}

    def _answers(self, name: str) -> Rows:
        if name == "trend":
            return self.answers
        return self.answers.only(self.answers.labels("year") == name[:4])

    def _named(self, name: str) -> Sampled:
        if name == "trend":
            return self._trend()
        year, kind, adjusted = name.split(".")
        rows, own = self._answers(name), self.answers.labels("year") == year
        design = self._drawn(rows, self.before[own], two_stages=kind == "fpc2")
        if adjusted == "rake":
            design = self._raked(design, rows)
        return jackknife(design) if kind == "JKn" else design

    def _drawn(self, rows: Rows, weights: Any, *, two_stages: bool) -> Design:
        wards, blocks = rows.labels("ward"), rows.labels("psu")
        if not two_stages:
            return make_design(weights=weights, strata=wards, clusters=blocks)
        return make_design(
            weights=weights,
            strata=[wards, None],
            clusters=[blocks, rows.labels("pid")],
            fpc=[rows.numbers("Nh"), rows.numbers("Mi")],
        )

    def _raked(self, design: Design, rows: Rows) -> Design:
        pairs = [f"{age}|{sex}" for age, sex in zip(rows.labels("age"), rows.labels("sex"), strict=True)]
        margins = [
            (rows.labels("ward"), self.margins["ward"]),
            (np.array(pairs), self.margins["agesex"]),
        ]
        return rake(design, margins, **RAKED)

    def _trend(self) -> Design:
        """Both years together, the raked weights taken as they are."""
        rows = self.answers
        strata = [
            f"{year} {ward}" for year, ward in zip(rows.labels("year"), rows.labels("ward"), strict=True)
        ]
        clusters = [
            f"{year} {psu}" for year, psu in zip(rows.labels("year"), rows.labels("psu"), strict=True)
        ]
        raked = [design_of(self.sample(f"{year}.wr.rake", {})[0]).weights for year in ("2024", "2026")]
        return make_design(
            weights=np.concatenate(raked), strata=np.array(strata), clusters=np.array(clusters)
        )


def _raised(everybody: Rows, answered: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Weights of those who answered, raised in each year by class, in the order of the rows."""
    found = np.zeros(len(answered))
    for year in ("2024", "2026"):
        own = everybody.labels("year") == year
        rows = everybody.only(own)
        classes = [f"{age} {sex}" for age, sex in zip(rows.labels("age"), rows.labels("sex"), strict=True)]
        drawn = make_design(
            weights=rows.numbers("dw"), strata=rows.labels("ward"), clusters=rows.labels("psu")
        )
        found[own] = adjust_nonresponse(drawn, answered[own], np.array(classes)).weights
    return found[answered]


def _call(case: Mapping[str, Any], numbers: Mapping[str, Any]) -> Mapping[str, Any]:
    parts, stat, level = case["id"].split("."), case["stat"], str(case["level"])
    design = "wards" if stat.startswith("fh_") else "trend" if parts[0] == "trend" else ".".join(parts[:3])
    args: dict[str, Any] = {"y": level}
    shown: str | None = None
    name = case["id"]
    match stat:
        case "prop":
            args, shown = {"y": "sat"}, level
        case "domain_mean":
            args, shown = {"y": parts[4], "by": "ward"}, level
        case "ciprop":
            method = re.search(r"method='(\w+)'", case["call"])
            args |= {"method": method.group(1) if method else "", "confidence": 0.95}
            name = f"{name}.{args['method']}"
        case "quantile":
            args, shown = {"y": "hours", "rule": "math", "interval": "mean", "confidence": 0.95}, level
        case "chisq":
            args = {"rows": "well", "columns": "age", "statistic": level}
            numbers = dict(numbers)
            numbers["df"], numbers["df2"] = case["parameter"]
        case "trend":
            args |= {"by": "year", "of": "mean", "weights": {"2024": -1.0, "2026": 1.0}}
        case "ttest":
            args |= {"by": "year"}
        case "glm_logit":
            args, shown = {"y": "well", "xs": ["since"], "family": "logit", "compat": "r-glm"}, "since"
        case "fh_eblup":
            args, shown = {"terms": "1", "method": "REML"}, level
        case "fh_refvar":
            args = {"terms": "1", "method": "REML"}
    if parts[1] == "JKn":
        design = f"{parts[0]}.JKn.{parts[2]}"
    return {
        "id": name,
        "design": design,
        "stat": KINDS.get(stat, stat),
        "args": args,
        "cases": [dict(numbers) | ({} if shown is None else {"level": shown})],
    }
