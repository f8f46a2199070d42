"""What surrounds the content: notices, empty places, unfolding, the page's tools."""

from __future__ import annotations

from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from jichi.ui import numbers
from jichi.ui.languages import is_japanese

from .base import register, render


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "", heading: int = 0) -> SafeString:
    """``{% notice kind="warn" title="…" %}…{% endnotice %}``; kinds: info, success, warn, error."""
    kind = {"warning": "warn", "debug": "info", "": "info"}.get(kind, kind)
    return render("notice", content=content, kind=kind, title=title, heading=heading)


@register.simple_block_tag
def empty_state(content: str, title: str, heading: int = 0, state: str = "not_loaded") -> SafeString:
    """Why there is nothing here (``title``) and what one can do (the content)."""
    return render("empty_state", content=content, title=title, heading=heading, state=state)


@register.simple_block_tag
def details(content: str, summary: str, open: bool = False, ident: str = "") -> SafeString:
    """Something unfolded on demand, by the browser's own means."""
    return render("details", content=content, summary=summary, open=open, ident=ident)


@register.simple_block_tag(takes_context=True)
def page_tools(context: Context, content: str) -> SafeString:
    """What one can do with this page, below the content: downloads inside, and how to cite it beside."""
    address = str(context.get("page_url") or "")
    inside = mark_safe(content.strip())  # noqa: S308 - rendered by the template engine
    return render("page_tools", content=inside, page_url=address, citation=_citation(context, address))


def _citation(context: Context, address: str) -> str:
    """City, title, address and the day it was read, as the language writes them."""
    city = str((context.get("pack") or {}).get("city_name") or "")
    title, day = str(context.get("cite_title") or ""), context.get("today")
    if is_japanese(numbers.current_language()):
        read = f"（{_('read on %(day)s') % {'day': numbers.format_date(day)}}）" if day else ""
        return f"{city}{f'「{title}」' if title else ''} {address}{read}".strip()
    said = _("read on %(day)s") % {"day": numbers.format_date(day, weekday=False)}
    read = f"({said})" if day else ""
    return ", ".join(
        part for part in (city, f"“{title}”" if title else "", f"{address} {read}") if part.strip()
    )
