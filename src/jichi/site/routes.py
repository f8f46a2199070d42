"""The addresses of the site's own pages and their entries in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Page, Panel, Route, Zone

ROUTES: tuple[Route, ...] = tuple(
    Route(name=name, zone=Zone.PUBLIC) for name in ("home", "glossary", "about", "accessibility", "licence")
)

PAGES: tuple[Page, ...] = (
    Page(title=gettext_noop("Glossary"), route="glossary", order=110),
    Page(title=gettext_noop("About this site"), route="about", order=130),
    Page(title=gettext_noop("Accessibility"), route="accessibility", order=140),
    Page(title=gettext_noop("Licence"), route="licence", order=150),
)

PANELS: tuple[Panel, ...] = (
    Panel(on="plan.words", template="site/words.html", context="jichi.site.panels:words"),
)
