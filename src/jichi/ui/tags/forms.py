"""Fields and their errors."""

from __future__ import annotations

from django.forms import BaseForm, BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .base import register, render


@register.simple_tag
def form_field(field: BoundField, hint: str = "", width: str = "") -> SafeString:
    """A field with label, hint and error tied to it, and what was typed. ``width``: ``short`` or ``full``."""
    hint_text = hint or field.help_text
    hint_id = f"{field.auto_id}_hint" if hint_text else ""
    error_id = f"{field.auto_id}_error" if field.errors else ""
    described = " ".join(part for part in (hint_id, error_id) if part)
    attrs: dict[str, str | bool] = {"class": f"input {field.field.widget.attrs.get('class', '')}".strip()}
    if described:
        attrs["aria-describedby"] = described
    if field.errors:
        attrs["aria-invalid"] = "true"
    kind = getattr(field.field.widget, "input_type", field.field.widget.__class__.__name__.lower())
    if kind in {"radio", "checkbox"}:
        attrs["class"] = "choice__input"
    return render(
        "form_field",
        field=field,
        control=field.as_widget(attrs=attrs),
        kind=kind,
        grouped=field.use_fieldset,
        hint=hint_text,
        hint_id=hint_id,
        error_id=error_id,
        width=width,
    )


@register.simple_tag
def error_summary(form: BaseForm, title: str = "") -> SafeString | str:
    """All errors of a form at its head, each a link to its field; nothing when the form has none."""
    if not form.errors:
        return ""
    return render("error_summary", form=form, title=title or _("There is a problem"))
