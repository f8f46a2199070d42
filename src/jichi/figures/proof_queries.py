"""The second step of a proof: what an evidence is made of, as deep as the viewer may go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jichi.city.access import Viewer

from .inquiries.evidence import evidence_of_merge
from .models import Computation, Evidence, Merge, SurveyWave, TableImport
from .statistics.evidence import evidence_of_import
from .surveys.evidence import evidence_of_wave
from .surveys.queries import wave_of_evidence


@dataclass(frozen=True, slots=True)
class Proof:
    """A template with what it shows. ``name`` is what the template calls the whole of it; empty: nothing."""

    template: str
    context: dict[str, Any]
    name: str = ""

    @property
    def variables(self) -> dict[str, Any]:
        """What the template is rendered with."""
        return {self.name: self.context} if self.name else self.context


def _of_computation(viewer: Viewer, row: Computation) -> dict[str, Any]:
    return {"computation": row}


_KINDS: dict[str, tuple[type[Any], str, str, Callable[[Viewer, Any], dict[str, Any]]]] = {
    Evidence.Kind.INQUIRY: (Merge, "figures/inquiries/evidence.html", "returns", evidence_of_merge),
    Evidence.Kind.TABLE: (
        TableImport,
        "figures/statistics/evidence.html",
        "table_import",
        evidence_of_import,
    ),
    Evidence.Kind.SURVEY: (SurveyWave, "figures/surveys/evidence.html", "", evidence_of_wave),
    Evidence.Kind.COMPUTATION: (Computation, "figures/computation.html", "", _of_computation),
}


def proof_of(viewer: Viewer, evidence: Evidence) -> Proof | None:
    """What the merge, import, wave or computation behind an evidence tells; None for a mere document.

    The evidence must be one the viewer may read (:func:`jichi.figures.queries.evidence_for`).
    """
    if evidence.kind not in _KINDS:
        return None
    model, template, name, context_of = _KINDS[evidence.kind]
    if evidence.kind == Evidence.Kind.SURVEY:
        # After a correction the wave rests on its newest report; the older evidence still tells of the wave.
        row = wave_of_evidence(viewer, evidence)
    else:
        row = model.objects.filter(evidence=evidence).first()
    return Proof(template, context_of(viewer, row), name) if row is not None else None
