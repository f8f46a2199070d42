"""One panel of a chart: axis, marks and labels of one series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from jichi.ui import numbers
from jichi.ui.languages import is_japanese

from . import marks
from .labels import Box, Label, Placed, place, text_width
from .model import ChartPoint, ChartSeries
from .scale import ValueScale, YearScale
from .words import kind_word, ordered, value_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all panels of a chart share."""

    unit: str
    language: str
    period: tuple[int, int] | None
    expectation: bool
    scale: ValueScale
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot area of a panel and its scales."""

    width: float
    height: float
    top: float
    foot: float
    years: YearScale
    scale: ValueScale

    def x(self, year: float) -> float:
        """Place of a year."""
        return self.years.at(year)

    def y(self, value: Decimal | float) -> float:
        """Place of a value."""
        return self.foot - self.scale.share(value) * (self.foot - self.top)


def _frame(setting: Setting, width: float, height: float, *, named: bool) -> Frame:
    ticks = max(len(_tick(t, setting)) for t in setting.scale.ticks)
    left = 14 + ticks * 7.4
    narrow = width < 500
    years = YearScale(
        setting.first, setting.last, left + (24 if narrow else 34), width - (30 if narrow else 64)
    )
    return Frame(width, height, 58 + (26 if named else 0), height - 48, years, setting.scale)


def _tick(value: float, setting: Setting) -> str:
    return numbers.format_number(Decimal(str(value)), None, setting.language)


# ---- ground and axes ----
def _period(frame: Frame, setting: Setting) -> Iterator[str]:
    if setting.period is None:
        return
    first, last = setting.period
    half = min(frame.years.step / 2, 22)
    x1, x2 = frame.x(first) - half, frame.x(last) + half
    yield marks.ground(x1, frame.top - 30, x2, frame.foot - frame.top + 30)
    yield marks.text(
        (x1 + x2) / 2, frame.top - 16, _("Period of the plan"), css="c-soft c-small", anchor="middle"
    )


def _value_axis(frame: Frame, setting: Setting) -> Iterator[str]:
    left = frame.years.left - 24
    edge = frame.width - 2
    for tick in setting.scale.ticks:
        y = frame.y(tick)
        foot = tick == setting.scale.ticks[0]
        yield marks.line(left - 2, y, edge, y, "c-axis" if foot else "c-grid")
        yield marks.text(left - 8, y + 4.5, _tick(tick, setting), css="c-soft c-small", anchor="end")
    head = setting.unit
    if not setting.scale.from_zero:
        low = _tick(setting.scale.low, setting)
        said = _("The axis starts at %(low)s") % {"low": low}
        head = f"{setting.unit} · {said}" if setting.unit else said
        yield marks.axis_break(left - 2, frame.foot)
    yield marks.text(0, 14, head, css="c-soft c-small")


def _year_axis(frame: Frame, setting: Setting, series: ChartSeries) -> Iterator[str]:
    first, last, y = setting.first, setting.last, frame.foot
    marked = {p.year for p in series.points}
    roomy = frame.years.step >= 24
    for year in range(first, last + 1):
        x = frame.x(year)
        end = year in (first, last)
        yield marks.line(x, y, x, y + (7 if end else 4), "c-axis")
        near_end = min(year - first, last - year) * frame.years.step < 46
        if end:
            yield marks.text(
                x, y + 22, numbers.fiscal_year(year, setting.language, style="number"), anchor="middle"
            )
            if is_japanese(setting.language):
                era = numbers.era_year(year, kana=setting.language == "ja-simple")
                yield marks.text(x, y + 38, f"{era}年度", css="c-soft c-small", anchor="middle")
            else:
                yield marks.text(x, y + 38, _("fiscal year"), css="c-soft c-small", anchor="middle")
        elif (roomy and not near_end) or (year in marked and not near_end and frame.years.step >= 12):
            yield marks.text(x, y + 22, f"{year % 100:02d}", css="c-soft c-small", anchor="middle")


# ---- the numbers ----
def _start(series: ChartSeries) -> ChartPoint | None:
    for kind in ("current", "baseline"):
        known = [p for p in series.points if p.kind == kind and p.value is not None]
        if known:
            return max(known, key=lambda p: p.year)
    return None


def _last_target(series: ChartSeries) -> ChartPoint | None:
    targets = [p for p in series.points if p.kind == "target" and p.value is not None]
    return max(targets, key=lambda p: p.year, default=None)


def expected_path(series: ChartSeries) -> tuple[ChartPoint, ChartPoint] | None:
    """Both ends of the straight-line expectation, or None where the plan gives no way to go."""
    start, target = _start(series), _last_target(series)
    if start is None or target is None or target.year <= start.year:
        return None
    return start, target


def breaks(series: ChartSeries) -> list[tuple[ChartPoint, ChartPoint]]:
    """Neighbouring results whose definitions differ: the line has a gap there, and a note."""
    known = [p for p in ordered(series) if p.kind == "actual" and p.value is not None]
    return [(a, b) for a, b in pairwise(known) if a.definition_id != b.definition_id]


def break_notes(series: ChartSeries, language: str) -> list[str]:
    """The numbered notes of a series' breaks, to stand below the picture."""
    return [
        f"※{number} "
        + (
            after.note
            or _("The definition changed between %(before)s and %(after)s; the two are not joined.")
            % {
                "before": numbers.fiscal_year(before.year, language),
                "after": numbers.fiscal_year(after.year, language),
            }
        )
        for number, (before, after) in enumerate(breaks(series), start=1)
    ]


def _runs(series: ChartSeries) -> list[list[ChartPoint]]:
    """Results that may be joined: same definition, no missing year between them."""
    runs: list[list[ChartPoint]] = []
    open_run = False
    for point in ordered(series):
        if point.kind != "actual":
            continue
        if point.value is None:
            open_run = False
            continue
        if open_run and runs and runs[-1][-1].definition_id == point.definition_id:
            runs[-1].append(point)
        else:
            runs.append([point])
        open_run = True
    return runs


def _lines(frame: Frame, series: ChartSeries, setting: Setting) -> tuple[list[str], list[Box]]:
    drawn: list[str] = []
    covered: list[Box] = []
    ends = expected_path(series) if setting.expectation else None
    if ends is not None and ends[0].value is not None and ends[1].value is not None:
        start, target = ends
        x1, y1 = frame.x(start.year), frame.y(start.value or 0)
        x2, y2 = frame.x(target.year), frame.y(target.value or 0)
        drawn.append(marks.line(x1, y1, x2, y2, "c-path"))
        covered += _along(x1, y1, x2, y2)
    for run in _runs(series):
        places = [(frame.x(p.year), frame.y(p.value)) for p in run if p.value is not None]
        if len(places) > 1:
            drawn.append(
                '<polyline class="c-line" points="'
                + " ".join(f"{marks.n(x)},{marks.n(y)}" for x, y in places)
                + '"/>'
            )
        for (x1, y1), (x2, y2) in pairwise(places):
            covered += _along(x1, y1, x2, y2)
    for point in series.points:
        if point.kind == "target" and point.value is not None:
            covered += _along(frame.x(point.year), frame.y(point.value), frame.x(point.year), frame.foot)
    for number, (before, after) in enumerate(breaks(series), start=1):
        x = (frame.x(before.year) + frame.x(after.year)) / 2
        drawn.append(marks.line(x, frame.top - 8, x, frame.foot, "c-break"))
        drawn.append(marks.text(x + 4, frame.top + 2, f"※{number}", css="c-soft c-small"))
        covered.append(Box(x, frame.top - 10, 22, 16))
    return drawn, covered


def _along(x1: float, y1: float, x2: float, y2: float) -> list[Box]:
    pieces = max(1, int(max(abs(x2 - x1), abs(y2 - y1)) // 10))
    return [
        Box(x1 + (x2 - x1) * i / pieces - 4, y1 + (y2 - y1) * i / pieces - 4, 8, 8) for i in range(pieces + 1)
    ]


def _is_past(point: ChartPoint, series: ChartSeries, setting: Setting) -> bool:
    if setting.period is not None:
        return point.year < setting.period[0]
    last = _last_target(series)
    return last is not None and point.year < last.year


def _mark(
    frame: Frame, point: ChartPoint, series: ChartSeries, setting: Setting, size: float = 1.0
) -> tuple[str, list[Box]]:
    x = frame.x(point.year)
    if point.value is None:
        if point.kind != "actual":
            return "", []
        return marks.missing(x, frame.foot, size), [Box(x - 7, frame.foot - 7, 14, 14)]
    y = frame.y(point.value)
    body = Box(x - 7, y - 7, 14, 14)
    if point.kind == "target":
        left = x + 15 * size > frame.width
        flag = Box(x - 14 if left else x - 2, y - 2, 16, 14)
        return (
            marks.target(x, y, frame.foot, past=_is_past(point, series, setting), left=left, size=size),
            [flag],
        )
    if point.kind == "baseline":
        return marks.baseline(x, y, size), [body]
    if point.kind == "current":
        return marks.current(x, y, size), [body]
    drawn = marks.actual(x, y, partial=point.partial, size=size)
    if point.interval is not None:
        low, high = frame.y(point.interval[0]), frame.y(point.interval[1])
        return marks.interval(x, low, high) + drawn, [body, Box(x - 5, high, 10, low - high)]
    return drawn, [body]


# ---- labels ----
def _labels(frame: Frame, series: ChartSeries, setting: Setting) -> list[Label]:
    points = [p for p in ordered(series) if p.value is not None]
    newest = max((p for p in points if p.kind == "actual"), key=lambda p: p.year, default=None)
    target = _last_target(series)
    rank = {"target": 1, "current": 2, "baseline": 3, "actual": 4}
    points.sort(key=lambda p: (-1 if p is target else 0 if p is newest else rank[p.kind], -p.year))
    made: list[Label] = []
    for point in points:
        assert point.value is not None
        key = point in (newest, target)
        tone = {"target": "c-promise", "actual": "c-result"}.get(point.kind, "")
        plain = point.kind == "actual" and point is not newest
        # The long words of easy Japanese stand in the table; at a mark there is only room for 以上.
        tongue = "ja" if setting.language == "ja-simple" else setting.language
        printed = value_words(point, setting.unit if key or point.kind == "target" else "", tongue)
        lines: list[tuple[str, float, str]] = []
        if not plain:
            lines.append((kind_word(point), 12, "c-soft c-small"))
        if point.partial and point.coverage is not None:
            printed += f" ({point.coverage[0]}/{point.coverage[1]})"
        lines.append((printed, 15 if key else 13, f"{'c-strong ' if key else ''}{tone}".strip()))
        made.append(
            Label(
                x=frame.x(point.year),
                y=frame.y(point.value),
                lines=lines,
                radius=9 if point.kind != "target" else 5,
                prefer="above",
                needed=key or point.kind in {"current", "baseline"},
            )
        )
    return made


def _path_label(frame: Frame, series: ChartSeries, setting: Setting) -> Label | None:
    ends = expected_path(series) if setting.expectation else None
    if ends is None or ends[0].value is None or ends[1].value is None or ends[0].value == ends[1].value:
        return None
    start, target = ends
    x1, y1 = frame.x(start.year), frame.y(ends[0].value)
    x2, y2 = frame.x(target.year), frame.y(ends[1].value)
    along = [(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share) for share in (0.5, 0.35, 0.65, 0.2, 0.8)]
    return Label(
        x=along[0][0],
        y=along[0][1],
        lines=[(_("At an even pace"), 12, "c-soft c-small")],
        radius=4,
        prefer="below-right" if y2 < y1 else "above-right",
        also=tuple(along[1:]),
    )


def _set(placed: Placed) -> str:
    box, label = placed.box, placed.label
    centre = box.x + box.width / 2
    side = "start" if box.x > label.x else "end" if box.x + box.width < label.x else "middle"
    x = {"start": box.x, "end": box.x + box.width, "middle": centre}[side]
    out: list[str] = []
    if placed.far:
        ty = (
            box.y + box.height
            if box.y + box.height < label.y
            else box.y
            if box.y > label.y
            else box.y + box.height / 2
        )
        tx = min(max(label.x, box.x), box.x + box.width)
        out.append(marks.line(label.x, label.y, tx, ty, "c-leader"))
    y = box.y
    for text, size, css in label.lines:
        y += size * 1.25
        out.append(marks.text(x, y - size * 0.28, text, css=f"{css} c-halo".strip(), anchor=side))
    return "".join(out)


# ---- whole panels ----
def draw(series: ChartSeries, setting: Setting, width: float, height: float, *, named: bool) -> str:
    """A full panel with axes and direct labels."""
    frame = _frame(setting, width, height, named=named)
    parts: list[str] = [*_period(frame, setting), *_value_axis(frame, setting)]
    parts += _year_axis(frame, setting, series)
    drawn, line_boxes = _lines(frame, series, setting)
    parts += drawn
    mark_boxes: list[Box] = []
    for point in sorted(series.points, key=lambda p: p.kind != "target"):
        fragment, boxes = _mark(frame, point, series, setting)
        parts.append(fragment)
        mark_boxes += boxes
    if setting.period is not None:
        middle = (frame.x(setting.period[0]) + frame.x(setting.period[1])) / 2
        wide = text_width(_("Period of the plan"), 12)
        mark_boxes.append(Box(middle - wide / 2, frame.top - 28, wide, 15))
    labels = _labels(frame, series, setting)
    along = _path_label(frame, series, setting)
    bounds = Box(
        frame.years.left - 23, frame.top - 28, width - frame.years.left + 22, frame.foot - frame.top + 24
    )
    settled = place([*labels, *([along] if along else [])], marks=mark_boxes, lines=line_boxes, bounds=bounds)
    leaders_first: Sequence[Placed] = sorted(settled, key=lambda p: not p.far)
    parts += [_set(p) for p in leaders_first]
    if named:
        parts.append(marks.text(0, 34, series.name, css="c-strong"))
    return "".join(parts)


def draw_spark(series: ChartSeries, setting: Setting, width: float, height: float) -> str:
    """The same marks without axes and words, for a row in a list."""
    years = YearScale(setting.first, setting.last, 10, width - 18)
    frame = Frame(width, height, 8, height - 6, years, setting.scale)
    parts = [marks.line(2, frame.foot, width - 2, frame.foot, "c-axis")]
    if setting.period is not None:
        x1 = frame.x(setting.period[0]) - min(years.step / 2, 8)
        x2 = frame.x(setting.period[1]) + min(years.step / 2, 8)
        parts.insert(0, marks.ground(x1, 0, x2, frame.foot))
    drawn, _boxes = _lines(frame, series, setting)
    parts += [fragment for fragment in drawn if "<text" not in fragment]
    last = _last_target(series)
    for point in sorted(series.points, key=lambda p: p.kind != "target"):
        if point.kind == "target" and point is not last:
            continue
        fragment, _marked = _mark(frame, point, series, setting, size=0.8)
        parts.append(fragment)
    return "".join(parts)
