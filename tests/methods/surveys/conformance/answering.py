"""Our answers to the questions of a reference file: one function for each kind of statistic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from jichi.methods.surveys.areas.small_areas import AreaEstimates, fay_herriot
from jichi.methods.surveys.categories import Categories
from jichi.methods.surveys.comparison.association import independence
from jichi.methods.surveys.comparison.group_tests import t_test
from jichi.methods.surveys.comparison.model_matrix import Factor, model_matrix
from jichi.methods.surveys.comparison.regression import Regression, regression
from jichi.methods.surveys.estimation import estimates, quantiles
from jichi.methods.surveys.estimation.domains import by
from jichi.methods.surveys.estimation.intervals import proportion_interval
from jichi.methods.surveys.results import Contrast, Estimate, Interval

from .samples import Rows, Sampled, without_rows

__all__ = ["KINDS", "Answer", "Asked"]

Answer = Mapping[str, Any]
"""Our numbers by the names that the reference file gives them."""
FAMILIES = {"gaussian": "gaussian", "logit": "binomial", "log": "poisson"}
AREA_METHODS = {"REML": "reml", "ML": "ml", "PM": "fay-herriot", "HE": "prasad-rao"}


class Asked:
    """One call of the reference file with the sample it is about; what was computed is kept."""

    def __init__(self, sample: Sampled | None, rows: Rows, args: Mapping[str, Any]) -> None:
        self.sample, self.rows, self.args = sample, rows, args
        self._kept: dict[Any, Any] = {}

    def once(self, make: Callable[[], Any], *key: Any) -> Any:
        """What ``make`` gives, made once for all levels of the call."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    @property
    def y(self) -> Any:
        return self.rows.numbers(self.args["y"])

    @property
    def domain(self) -> Any:
        """Labels of the grouping."""
        return self.rows.labels(self.args["by"])


def _spread(
    one: Estimate | Contrast | quantiles.Quantile, interval: Interval | None = None
) -> dict[str, float]:
    found = {"estimate": one.value, "se": one.se, "df": one.df}
    if interval is not None:
        found |= {"lci": interval.low, "uci": interval.high}
    if getattr(one, "deff", None) is not None:
        found["deff"] = one.deff  # type: ignore[union-attr]
    return found


def _moment(function: Callable[..., Any]) -> Callable[[Asked, str | None], Answer]:
    """Means and totals: of a column of numbers, or of a label of a column of labels."""

    def answer(asked: Asked, level: str | None) -> Answer:
        def made(effect: Any) -> Any:
            if level is None:
                return function(asked.sample, asked.y, missing="omit", deff=effect)
            labels = asked.rows.labels(asked.args["y"])
            if function is estimates.mean:
                return estimates.proportions(asked.sample, labels, missing="omit", deff=effect)
            names, codes = np.unique(labels, return_inverse=True)
            return function(asked.sample, Categories(codes=codes, names=tuple(names.tolist())), deff=effect)

        one, other = (asked.once(lambda kind=kind: made(kind), kind) for kind in (True, "replace"))
        if level is not None:
            one, other = one[level], other[level]
        return _spread(one, one.interval()) | {"deff_replace": other.deff}

    return answer


def _ratio(asked: Asked, level: str | None) -> Answer:
    del level
    x = asked.rows.numbers(asked.args["x"])
    one = estimates.ratio(asked.sample, asked.y, x, missing="omit", deff=True)
    return _spread(one, one.interval())


def _variance(asked: Asked, level: str | None) -> Answer:
    del level
    return _spread(estimates.variance(asked.sample, asked.y, missing="omit"))


def _by(statistic: str) -> Callable[[Asked, str | None], Answer]:
    def answer(asked: Asked, level: str | None) -> Answer:
        more = {"x": asked.rows.numbers(asked.args["x"])} if "x" in asked.args else {}
        found = asked.once(
            lambda: by(asked.sample, asked.y, asked.domain, statistic=statistic, missing="omit", **more)
        )
        return _spread(found[level])

    return answer


def _contrast(asked: Asked, level: str | None) -> Answer:
    del level
    found = by(asked.sample, asked.y, asked.domain, statistic=asked.args["of"], missing="omit")
    one = found.contrast(asked.args["weights"])
    return _spread(one, one.interval())


def _quantile(asked: Asked, level: str | None) -> Answer:
    one = quantiles.quantiles(
        asked.sample,
        asked.y,
        [float(level or 0.5)],
        rule=asked.args["rule"],
        interval=asked.args["interval"],
        level=asked.args["confidence"],
        missing="omit",
    ).items[0]
    return _spread(one, one.interval)


def _proportion(asked: Asked, level: str | None) -> Answer:
    del level
    # As R, whose rows without an answer are left out of the design and of its degrees of freedom.
    sample = without_rows(asked.sample, ~np.isnan(asked.y))
    found = proportion_interval(
        sample, asked.y, method=asked.args["method"], level=asked.args["confidence"], missing="omit"
    )
    return _spread(found.estimate, found.interval)


def _association(asked: Asked, level: str | None) -> Answer:
    del level
    rows, columns = (asked.rows.labels(asked.args[side]) for side in ("rows", "columns"))
    found = independence(asked.sample, rows, columns, statistic=asked.args["statistic"])
    return {
        "estimate": found.statistic,
        "df": found.df,
        "df2": found.denominator_df,
        "p": found.p,
    }


def _t_test(asked: Asked, level: str | None) -> Answer:
    del level
    groups = asked.domain if asked.args["by"] else None
    one = t_test(asked.sample, asked.y, groups).difference
    return _spread(one, one.interval()) | {"t": one.t, "p": one.p}


def _fitted(asked: Asked) -> Regression:
    terms = {
        name: asked.rows.numbers(name)
        if asked.rows.is_number(name)
        else Factor(labels=asked.rows.labels(name))
        for name in asked.args["xs"]
    }
    compat = asked.args.get("compat")
    return asked.once(
        lambda: regression(
            asked.sample, asked.y, model_matrix(terms), family=FAMILIES[asked.args["family"]], compat=compat
        )
    )


def _regression(asked: Asked, level: str | None) -> Answer:
    fitted = _fitted(asked)
    place = [_r_name(name) for name in fitted.coefficients.names].index(str(level))
    one = fitted.coefficients[fitted.coefficients.names[place]]
    test = fitted.coefficients.contrast({one.name: 1.0})
    return _spread(one, one.interval()) | {"t": test.t, "p": test.p}


def _r_name(name: str) -> str:
    return "(Intercept)" if name == "(intercept)" else name.replace("=", "", 1)


def _wald(asked: Asked, level: str | None) -> Answer:
    del level
    found = _fitted(asked).test(asked.args["term"])
    return {"estimate": found.statistic, "df": found.df, "df2": found.denominator_df, "p": found.p}


def _weights(asked: Asked, level: str | None) -> Answer:
    del level
    return {"values": asked.sample.weights}


def _areas(asked: Asked) -> AreaEstimates:
    def made() -> AreaEstimates:
        rows = asked.rows
        columns = [np.ones(len(rows.labels("area")))]
        if "x" in asked.args["terms"]:
            columns.append(rows.numbers("x"))
        if "kind" in asked.args["terms"]:
            columns.append((rows.labels("kind") == "town").astype(float))
        return fay_herriot(
            rows.numbers("y"),
            rows.numbers("variance"),
            np.column_stack(columns),
            areas=rows.labels("area").tolist(),
            method=AREA_METHODS[asked.args["method"]],
        )

    return asked.once(made)


def _area_variance(asked: Asked, level: str | None) -> Answer:
    del level
    return {"estimate": _areas(asked).model_variance}


def _area_line(asked: Asked, level: str | None) -> Answer:
    names = {"intrcpt": 0, "x": 1, "kindtown": 2}
    found, place = _areas(asked), names[str(level)]
    return {"estimate": found.coefficients[place], "se": found.coefficient_errors[place]}


def _area(asked: Asked, level: str | None) -> Answer:
    found = _areas(asked)
    place = found.areas.index(str(level))
    return {"estimate": found.value[place], "se": found.error[place]}


KINDS: Mapping[str, Callable[[Asked, str | None], Answer]] = {
    "mean": _moment(estimates.mean),
    "total": _moment(estimates.total),
    "ratio": _ratio,
    "var": _variance,
    "by_mean": _by("mean"),
    "by_total": _by("total"),
    "by_ratio": _by("ratio"),
    "by_var": _by("variance"),
    "contrast": _contrast,
    "quantile": _quantile,
    "ciprop": _proportion,
    "chisq": _association,
    "ttest": _t_test,
    "glm": _regression,
    "wald": _wald,
    "weights": _weights,
    "fh_variance": _area_variance,
    "fh_beta": _area_line,
    "fh_area": _area,
}
