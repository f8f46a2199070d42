"""What the rules of evaluation declare to the rest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Check, PackFile, Panel

PACK_FILES: tuple[PackFile, ...] = (
    PackFile(
        kind="rules",
        schema="evaluation/schema/jichi-rules-1.schema.json",
        load="jichi.evaluation.services.rules:load_rules",
        order=25,
    ),
)

CHECKS: tuple[Check, ...] = (
    Check(
        key="rules",
        title=_("Every version of a rule for grades can be read"),
        run="jichi.evaluation.rules.checks:versions",
    ),
)

PANELS: tuple[Panel, ...] = (
    Panel(
        on="plan.indicator.picture",
        template="evaluation/grades/panel.html",
        context="jichi.evaluation.panels:indicator_grade",
        order=110,
    ),
)
