"""Samples, totals and R's values of adjusted weights, for the tests of weights."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from jichi.methods.surveys.designs.design import Design, make_design
from jichi.methods.surveys.designs.variance import variances
from jichi.methods.surveys.replication.replicates import Replicates
from jichi.methods.surveys.weighting.calibration import calibrate, poststratify, rake
from jichi.methods.surveys.weighting.trimming import trim_weights

from .r_tests import columns

SEX = {"f": 749, "m": 616}
AGE = {"18-39": 382, "40-59": 421, "60-74": 317, "75+": 245}
SIDE = {"east": 722, "north": 270, "south": 373}
ROOMS = 4629


@cache
def cases() -> list[dict[str, Any]]:
    file = Path(__file__).parent / "fixtures" / "weights.json"
    return json.loads(file.read_text(encoding="utf-8"))["cases"]


def of_kind(*kinds: str) -> list[Any]:
    found = [case for case in cases() if case["kind"] in kinds]
    assert found
    return found


def design(name: str) -> Design:
    data = columns(name)
    if name == "stages":
        return make_design(clusters=[data["psu"], data["id"]], fpc=[data["N"], data["M"]])
    return make_design(strata=data["h"], weights=data["w"], fpc=data["N"])


def margins(name: str) -> list[Any]:
    data = columns(name)
    return [(data["sex"], SEX), (data["age"], AGE), (data["side"], SIDE)]


def adjusted(case: dict[str, Any]) -> Design:
    """What R did, done here."""
    name, args = case["design"], dict(case["args"])
    made, data = design(name), columns(name)
    if "same_within" in args:
        args["same_within"] = data[args["same_within"]]
    if "variance" in args:
        args["variance"] = data[args["variance"]]
    match case["kind"]:
        case "poststratify":
            return poststratify(made, data["age"], AGE)
        case "rake":
            return rake(made, margins(name), residual="r-rake", **args)
        case "calibrate":
            return calibrate(made, margins=margins(name), **args)
        case "calibrate_households":
            return calibrate(made, margins=margins(name)[:1], **args)
        case "calibrate_numbers":
            numbers = {"all": 1, "rooms": data["rooms"]}
            return calibrate(made, numbers, {"all": sum(SEX.values()), "rooms": ROOMS}, **args)
        case "trim":
            return trim_weights(rake(made, margins(name), residual="r-rake"), **args)
    raise AssertionError(case["kind"])


def mean_and_total(sample: Design, y: Any) -> tuple[list[float], list[float]]:
    """Each with its linearised standard error."""
    total = float(sample.weights @ y)
    mean = total / sample.population
    influence = np.stack([(y - mean) * sample.weights / sample.population, y * sample.weights], axis=1)
    errors = np.sqrt(variances(sample, influence))
    return [mean, float(errors[0])], [total, float(errors[1])]


def replicated_mean_and_total(sample: Replicates, y: Any) -> tuple[list[float], list[float]]:
    """Each with the standard error of the replicates."""
    sums = sample.totals(np.stack([y, np.ones(len(y))], axis=1))
    total = float(sample.design.weights @ y)
    mean = total / sample.design.population
    values = np.stack([sums[:, 0] / sums[:, 1], sums[:, 0]], axis=1)
    errors = np.sqrt(np.diag(sample.covariance(values, [mean, total])))
    return [mean, float(errors[0])], [total, float(errors[1])]


WAYS = {
    "jackknife": lambda sample, name: sample,
    "jackknife_poststratify": lambda sample, name: poststratify(sample, columns(name)["age"], AGE),
    "jackknife_rake": lambda sample, name: rake(sample, margins(name)),
    "jackknife_linear": lambda sample, name: calibrate(sample, margins=margins(name)),
    "jackknife_logit": lambda sample, name: calibrate(
        sample, margins=margins(name), distance="logit", bounds=(0.1, 6)
    ),
}
