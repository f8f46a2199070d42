"""The site's own public datasets: the words it explains, and the wards of the city."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Column, Export

EXPORTS = (
    Export(
        key="wards",
        title=_("Wards"),
        description=_("The wards of the city with their national codes."),
        columns=(
            Column(key="key", title=_("Key")),
            Column(key="code", title=_("National code of the local government")),
            Column(key="name", title=_("Name")),
            Column(key="reading", title=_("Reading")),
            Column(key="order", title=_("Order"), type="integer"),
        ),
        rows="jichi.site.data.queries:ward_rows",
    ),
    Export(
        key="glossary",
        title=_("Words explained"),
        description=_("Words of the plan and of the administration in plain words."),
        columns=(
            Column(key="key", title=_("Key")),
            Column(key="term", title=_("Word")),
            Column(key="reading", title=_("Reading")),
            Column(key="meaning", title=_("Meaning")),
            Column(key="see", title=_("See also")),
        ),
        rows="jichi.site.data.queries:glossary_rows",
    ),
)
