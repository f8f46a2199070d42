"""The states of a figure: a shape, a word and a colour, in that order.

The same eight states stand in tables, charts, maps and print. The shape alone tells them apart, so that
colour is never the only sign.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(StrEnum):
    """What can be said of a figure against its promise."""

    MET = "met"
    BETWEEN = "between"
    BELOW = "below"
    FAR_BELOW = "far_below"
    CANNOT_JUDGE = "cannot_judge"
    NOT_LOADED = "not_loaded"
    PARTIAL = "partial"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class _Look:
    word: Promise
    shape: str


_LOOKS: dict[State, _Look] = {
    State.MET: _Look(pgettext_lazy("state", "Met"), '<circle cx="8" cy="8" r="6.5" fill="currentColor"/>'),
    State.BETWEEN: _Look(
        _("Between current value and target"),
        '<circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        '<path d="M2.25 8a5.75 5.75 0 0 0 11.5 0z" fill="currentColor"/>',
    ),
    State.BELOW: _Look(_("Below the current value"), '<path d="M1.5 3.5h13L8 14z" fill="currentColor"/>'),
    State.FAR_BELOW: _Look(
        _("Far below the current value"),
        '<path d="M2 1.5h12L8 8zM2 8.25h12L8 14.75z" fill="currentColor"/>',
    ),
    State.CANNOT_JUDGE: _Look(
        _("Cannot be judged"),
        '<rect x="2" y="2" width="12" height="12" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        '<path d="M4.5 8h7" stroke="currentColor" stroke-width="2"/>',
    ),
    State.NOT_LOADED: _Look(
        _("Result not loaded"),
        '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.75" '
        'stroke-linecap="round" stroke-dasharray="0.1 3.04"/>',
    ),
    State.PARTIAL: _Look(_("Only a part"), ""),
    State.SAMPLE: _Look(
        _("Sample"),
        '<rect x="2" y="2" width="12" height="12" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        '<path d="M2 9 9 2M4 13 13 4M8 14l6-6" stroke="currentColor" stroke-width="1.5"/>',
    ),
}


def _wedge(share: float) -> str:
    """Ring with a pie wedge from twelve o'clock, clockwise; never wholly empty or wholly full."""
    share = min(max(share, 0.04), 0.96)
    angle = 2 * math.pi * share
    x, y = 8 + 5.75 * math.sin(angle), 8 - 5.75 * math.cos(angle)
    large = 1 if share > 0.5 else 0
    return (
        '<circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        f'<path d="M8 8V2.25A5.75 5.75 0 {large} 1 {x:.2f} {y:.2f}z" fill="currentColor"/>'
    )


def state_word(state: State | str) -> str:
    """The word of a state in the active language. Raises :class:`ValueError` on an unknown state."""
    return str(_LOOKS[State(state)].word)


def state_shape(state: State | str, *, share: float | None = None) -> SafeString:
    """The inner SVG of a state's mark in a box of 16 by 16, drawn in the current colour."""
    state = State(state)
    if state is State.PARTIAL:
        return mark_safe(_wedge(0.3 if share is None else share))  # noqa: S308 - built from numbers only
    return mark_safe(_LOOKS[state].shape)  # noqa: S308 - constants above


def state_mark(
    state: State | str, *, n: int | None = None, of: int | None = None, word: str = "", bare: bool = False
) -> SafeString:
    """Shape and word of a state; ``n``/``of`` only for a partial figure ("3/41").

    ``word`` replaces the standing word (for instance by the reason why it cannot be judged); ``bare`` hides
    it from sight but not from a screen reader.
    """
    state = State(state)
    share = n / of if n is not None and of else None
    text = word or state_word(state)
    count = format_html(' <span class="state__count">{}/{}</span>', n, of) if share is not None else ""
    return format_html(
        '<span class="state state--{}"><svg class="state__mark" viewBox="0 0 16 16" width="16" height="16" '
        'aria-hidden="true" focusable="false">{}</svg><span class="{}">{}</span>{}</span>',
        state.value.replace("_", "-"),
        state_shape(state, share=share),
        "visually-hidden" if bare else "state__word",
        text,
        count,
    )
