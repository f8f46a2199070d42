"""What of the consultations other pages and lists show, for the room's manifest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Check, Daily, Duty, PackFile, Panel, SearchSource

_DUTIES = "jichi.consultations.duties"
_PANELS = "jichi.consultations.panels"

SEARCH = (
    SearchSource(
        key="consultations.consultations",
        title=_("Public comment"),
        types=("consultations.consultation",),
        documents="jichi.consultations.queries.findable:consultations",
    ),
)

DUTIES = (
    Duty(
        key="consultations.publish",
        title=_("Drafts to put before the public"),
        waiting=f"{_DUTIES}:to_publish",
    ),
    Duty(key="consultations.ending", title=_("Public comment that ends soon"), waiting=f"{_DUTIES}:ending"),
    Duty(
        key="consultations.dispose",
        title=_("Opinions without disposition"),
        waiting=f"{_DUTIES}:to_dispose",
    ),
    Duty(
        key="consultations.result",
        title=_("Results of public comment to prepare"),
        waiting=f"{_DUTIES}:results_due",
    ),
    Duty(
        key="consultations.ready",
        title=_("Results of public comment to publish"),
        waiting=f"{_DUTIES}:results_ready",
    ),
)

DAILY = (
    Daily(
        key="consultations.begun",
        title=_("Public comment that began"),
        run="jichi.consultations.services.daily:tell_begun",
    ),
    Daily(
        key="consultations.closed",
        title=_("Withdrawn proposals whose period is over"),
        run="jichi.consultations.services.daily:answer_closed",
    ),
)

PANELS = (
    Panel(on="site.home", template="consultations/panels/home.html", context=f"{_PANELS}:on_home"),
    Panel(
        on="plan.node.consultations",
        template="consultations/panels/section.html",
        context=f"{_PANELS}:on_node",
    ),
    Panel(on="plan.document", template="consultations/panels/section.html", context=f"{_PANELS}:on_document"),
)

CHECKS = (
    Check(
        key="consultations",
        title=_("What was put before the public stands as published, and every opinion is answered"),
        run="jichi.consultations.queries.soundness:problems",
    ),
)

PACK_FILES = (
    PackFile(
        kind="consultation_schemes",
        schema="consultations/schema/jichi-consultation-schemes-1.schema.json",
        load="jichi.consultations.services:load_consultation_schemes",
        order=15,
    ),
    PackFile(
        kind="consultations",
        schema="consultations/schema/jichi-consultations-1.schema.json",
        load="jichi.consultations.services.packs:load_consultations",
        order=90,
    ),
)
