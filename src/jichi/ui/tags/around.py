"""What surrounds the content: notices, empty places, unfolding, the page's tools."""

from __future__ import annotations

from django.template import Context
from django.utils.safestring import SafeString

from .library import register, render


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
    return render(
        "page_tools",
        content=content,
        page_url=context.get("page_url", ""),
        pack=context.get("pack"),
        today=context.get("today"),
        cite_title=context.get("cite_title", ""),
    )
