"""What the site itself gives to its search index, and the reader of the trail that keeps the index."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Check, SearchSource, TrailReader

SEARCH = (
    SearchSource(
        key="site.glossary",
        title=gettext_noop("Words explained"),
        types=("site.glossaryterm",),
        documents="jichi.site.search.findable:glossary",
    ),
    SearchSource(
        key="site.pages",
        title=gettext_noop("Pages of this site"),
        types=("site.page",),
        documents="jichi.site.search.findable:pages",
    ),
)

READERS = (
    TrailReader(
        key="search",
        kind="projection",
        read="jichi.site.search.services:read",
        rebuild="jichi.site.search.services:rebuild",
    ),
)

CHECKS = (
    Check(
        key="search",
        title=gettext_noop("The search index agrees with its entries"),
        run="jichi.site.search.services:problems",
    ),
)
