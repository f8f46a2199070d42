"""How pages show what access a place offers: a shape, then words. The shape alone tells the three apart."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .models import Place
from .words import ACCESS, access_word

# Value: class of a state with the same weight on a page, and the drawing in a box of 16 by 16.
_LOOKS: dict[bool | None, tuple[str, SafeString]] = {
    True: (
        "met",
        SafeString(
            '<path fill="currentColor" fill-rule="evenodd" d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z'
            'M6.9 11.7 3.8 8.6 5 7.4 6.9 9.3 11 4.8 12.2 5.9z"/>'
        ),
    ),
    False: (
        "cannot-judge",
        SafeString(
            '<circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.5"/>'
            '<path d="m3.8 12.2 8.4-8.4" stroke="currentColor" stroke-width="1.75"/>'
        ),
    ),
    None: (
        "not-loaded",
        SafeString(
            '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.75" '
            'stroke-linecap="round" stroke-dasharray="0.1 3.04"/>'
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class AccessFact:
    """One access fact of a place: its field, its name, and whether the place has it (None: not known)."""

    field: str
    name: str
    value: bool | None

    @property
    def word(self) -> str:
        """ "Hearing loop: not known"."""
        return _("%(name)s: %(has)s") % {"name": self.name, "has": access_word(self.value)}

    @property
    def mark(self) -> SafeString:
        """Shape and words."""
        return _mark(self.value, self.word)


def access_of(place: Place) -> list[AccessFact]:
    """The four access facts of a place, in their order on pages."""
    return [AccessFact(field, str(name), getattr(place, field)) for field, name in ACCESS.items()]


def marks_of(place: Place) -> list[SafeString]:
    """The marks of a place in a list: one for all where nothing is known."""
    facts = access_of(place)
    if all(fact.value is None for fact in facts):
        return [_mark(None, _("%(name)s: %(has)s") % {"name": _("Access facts"), "has": access_word(None)})]
    return [fact.mark for fact in facts]


def _mark(value: bool | None, word: str) -> SafeString:
    look, drawing = _LOOKS[value]
    return format_html(
        '<span class="state state--{}"><svg class="state__mark" viewBox="0 0 16 16" width="16" '
        'height="16" aria-hidden="true" focusable="false">{}</svg>'
        '<span class="state__word">{}</span></span>',
        look,
        drawing,
        word,
    )
