"""Colours as they are written in css/: text 4.5:1, marks 3:1, in light and in dark."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

SOURCES = ["src/jichi/ui/static/ui/vendor/design-tokens/tokens.css", "css/tokens.css"]
TEXT = ["ink", "ink-soft", "ink-faint", "link", "link-hover", "link-visited", "primary", "result"]
TEXT += ["error", "warning", "success", "info", "sample"]
MARKS = ["line-strong", "met", "between", "below", "far-below", "unjudged", "unloaded", "partial", "proof"]


def declarations(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", css))


def themes() -> dict[str, dict[str, str]]:
    primitive, own = (Path(source).read_text() for source in SOURCES)
    light_css, *dark_css = re.split(r"@media screen", own)
    light = declarations(primitive) | declarations(light_css)
    device, chosen = (declarations(css) for css in dark_css)
    assert device == chosen, "both ways to dark must look the same"
    return {"light": light, "dark": light | device}


def colour(names: dict[str, str], name: str) -> tuple[float, ...]:
    value = names[name].strip()
    while (reference := re.fullmatch(r"var\(--([\w-]+)\)", value)) is not None:
        value = names[reference.group(1)].strip()
    digits = value.lstrip("#")
    return tuple(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))


def luminance(rgb: tuple[float, ...]) -> float:
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(names: dict[str, str], one: str, other: str) -> float:
    low, high = sorted(luminance(colour(names, name)) for name in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "ground-soft", "ground-tint"])
def test_text_can_be_read(theme: str, ground: str) -> None:
    names = themes()[theme]
    # The promise's orange is written on the plain and the soft ground only, never on the tint of a hovered row.
    text = TEXT if ground == "ground-tint" else [*TEXT, "promise"]
    poor = {t: round(contrast(names, t, ground), 2) for t in text if contrast(names, t, ground) < 4.5}
    assert not poor


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "ground-soft"])
def test_marks_can_be_seen(theme: str, ground: str) -> None:
    names = themes()[theme]
    poor = {m: round(contrast(names, m, ground), 2) for m in MARKS if contrast(names, m, ground) < 3}
    assert not poor


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_on_coloured_grounds(theme: str) -> None:
    names = themes()[theme]
    for text, ground in [
        ("on-primary", "primary"),
        ("on-primary", "primary-strong"),
        ("ink", "warning-ground"),
        ("ink", "error-ground"),
        ("warning", "warning-ground"),
        ("error", "error-ground"),
        ("focus-edge", "focus"),
        ("ink", "marker"),
        ("link", "marker"),
        ("ink-soft", "marker"),
        *(("tile-ink-low", f"tile-{n}") for n in (1, 2, 3)),
        *(("tile-ink-high", f"tile-{n}") for n in (4, 5)),
    ]:
        assert contrast(names, text, ground) >= 4.5, (text, ground, contrast(names, text, ground))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_focus_is_seen_on_every_ground(theme: str) -> None:
    names = themes()[theme]
    for ground in ("ground", "ground-soft", "foot"):
        assert max(contrast(names, edge, ground) for edge in ("focus", "focus-edge")) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_tiles_run_in_one_direction(theme: str) -> None:
    names = themes()[theme]
    steps = [luminance(colour(names, f"tile-{n}")) for n in range(1, 6)]
    assert all(a > b for a, b in pairwise(steps)) or all(a < b for a, b in pairwise(steps))
