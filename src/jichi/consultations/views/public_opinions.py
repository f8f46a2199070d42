"""What others said: the texts that may be shown, and the arguments as a tree."""

from __future__ import annotations

from typing import Any, Literal

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from jichi.city.requests import ViewedRequest
from jichi.consultations.enums import OpinionsShown
from jichi.consultations.models import Consultation
from jichi.consultations.queries.heard import Tree, argument_tree
from jichi.consultations.showing import shows_arguments, shows_opinions
from jichi.methods.arguments import Node, layout
from jichi.ui.content import translated
from jichi.ui.languages import html_lang
from jichi.ui.numbers import format_date
from jichi.voices.enums import Decision
from jichi.voices.queries.public import public_counts, public_texts

from .public import shown
from .public_frame import crumbs_of, result_url

PER_PAGE = 30
WIDTH, ROW = 1000.0, 64.0
Measure = Literal["submissions", "arguments"]
MOST_TOLD = 60
_LETTERS = 0.062  # letters of 15 px per unit of width


@require_safe
def opinions(request: ViewedRequest, key: str) -> HttpResponse:
    """The texts that may be shown, the most frequent first; ``?q=`` searches them."""
    row = shown(key)
    today = timezone.localdate()
    title = _("What others said")
    context: dict[str, Any] = {"row": row, "crumbs": crumbs_of(row, title), "result_url": result_url(row)}
    if row.desk is None or not shows_opinions(row, today):
        return render(request, "consultations/public/not_shown.html", {**context, "why": _why_not(row)})
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = public_texts(row.desk).order_by("-size", "pk")
    if query:
        rows = rows.filter(masked__icontains=query)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    counts = public_counts(row.desk)
    context |= {
        "heading": _opinions_heading(page.paginator.count, query),
        "query": query,
        "page": page,
        "items": [
            {
                "text": one.masked,
                "size": one.size,
                "lang": html_lang(one.language),
                "is_harsh": one.is_harsh,
                "is_masked": one.decision == Decision.MASKED,
            }
            for one in page
        ],
        "pending": counts.pending,
        "by_wish": counts.kept_by_wish,
        "withheld": [{"reason": reason, "count": count} for reason, count in counts.withheld.items()],
        "shows_arguments": shows_arguments(row, today),
    }
    return render(request, "consultations/public/opinions.html", context)


def _opinions_heading(found: int, query: str) -> str:
    if query:
        return ngettext(
            "%(count)s text has “%(query)s” in it", "%(count)s texts have “%(query)s” in them", found
        ) % {"count": f"{found:,}", "query": query}
    return ngettext(
        "%(count)s different text was published of what people said",
        "%(count)s different texts were published of what people said",
        found,
    ) % {"count": f"{found:,}"}


def _why_not(row: Consultation) -> str:
    if row.opinions_shown == OpinionsShown.AFTER_CLOSING:
        return _(
            "The city shows them after the last day (%(last)s), so that everybody answers for herself."
        ) % {"last": format_date(row.last_day)}
    if row.opinions_shown == OpinionsShown.WHILE_OPEN:
        return _(
            "They are shown as soon as the consultation is open and it was decided how each is published."
        )
    return _(
        "By this city's rule the result sums up every opinion with the city's view; the texts are not shown."
    )


# --- the tree -------------------------------------------------------------------------------------


@require_safe
def arguments(request: ViewedRequest, key: str) -> HttpResponse:
    """The arguments by topic, as nested list and picture; ``?by=`` submissions or arguments."""
    row = shown(key)
    context: dict[str, Any] = {
        "row": row,
        "crumbs": crumbs_of(row, _("Arguments")),
        "result_url": result_url(row),
    }
    if row.desk is None or not shows_arguments(row, timezone.localdate()):
        return render(request, "consultations/public/not_shown.html", {**context, "why": _why_not(row)})
    by: Measure = "arguments" if request.GET.get("by") == "arguments" else "submissions"
    title = str(translated(row, "title"))
    tree = argument_tree(row, title, topic_without_name=_("A topic without a name yet"))
    context |= {
        "heading": _("%(submissions)s submissions made %(arguments)s distinct arguments")
        % {"submissions": f"{tree.root.submissions:,}", "arguments": f"{tree.root.arguments:,}"},
        "tree": _shown_node(tree, tree.root),
        "picture": picture_of(tree.root, by),
        "without_words": tree.without_words,
        "tabs": [
            {"title": _("By submissions"), "url": "?by=submissions", "current": by == "submissions"},
            {"title": _("By distinct arguments"), "url": "?by=arguments", "current": by == "arguments"},
        ],
        "is_empty": tree.root.arguments == 0,
    }
    return render(request, "consultations/public/arguments.html", context)


def _shown_node(tree: Tree, node: Node) -> dict[str, Any]:
    words = [tree.words[key] for key in node.own if key in tree.words]
    told = [{"text": one.text, "lang": one.html_lang} for one in words]
    return {
        "title": node.title,
        "submissions": node.submissions,
        "arguments": node.arguments,
        "told": told[:MOST_TOLD],
        "more": len(node.own) - len(told[:MOST_TOLD]),
        "children": [_shown_node(tree, one) for one in node.children],
    }


def picture_of(node: Node, by: Measure) -> SafeString:
    """The tree as an icicle: each topic as wide as what was said in it. The list beside it says the same."""
    if not node.arguments:
        return SafeString("")
    cells = layout(node, width=WIDTH, row=ROW, by=by)
    height = max((cell.y + cell.height for cell in cells), default=ROW)
    drawn = format_html_join(
        "",
        '<g class="icicle__cell icicle__cell--{}"><rect x="{}" y="{}" width="{}" height="{}"/>'
        '<text x="{}" y="{}">{}</text></g>',
        (
            (
                min(2, cell.depth),
                f"{cell.x:.1f}",
                f"{cell.y:.1f}",
                f"{cell.width:.1f}",
                f"{cell.height:.1f}",
                f"{cell.x + 8:.1f}",
                f"{cell.y + cell.height / 2 + 5:.1f}",
                _fitting(cell.title, cell.width),
            )
            for cell in cells
        ),
    )
    label = _("Topics of the arguments, each as wide as what was said in it; the list below says the same")
    return format_html(
        '<svg class="icicle" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        int(WIDTH),
        int(height),
        label,
        drawn,
    )


def _fitting(title: str, width: float) -> str:
    letters = int(width * _LETTERS)
    return Truncator(title).chars(letters) if letters >= 2 else ""
