"""Import runs: a file is read, a person reviews it, and only what is confirmed reaches the plan."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.models import Department
from jichi.city.trail import act, record
from jichi.plan.enums import ImportState
from jichi.plan.importing import ImportResult
from jichi.plan.importing.form import check_document
from jichi.plan.models import ImportLine, ImportRun
from jichi.plan.queries.document import document_of

from .apply import ApplyReport, apply_document
from .merging import TEXT, completed, stored_plan, with_known_keys
from .partial import whole_of
from .resolutions import place_value, pointer_get, pointer_set

START = "plan.import:start"
DECIDE = "plan.import:decide"
BATCH = 500


def start_import(
    *, viewer: Viewer, result: ImportResult, content: bytes, filename: str, plan_key: str
) -> ImportRun:
    """Store what was read from a file, for review. Nothing of the plan changes.

    The same file for the same plan while a review is open gives back that review. One sheet of a workbook as
    csv stands for the whole plan with that sheet in place of its own.

    Raises:
        Invalid: a single sheet for a plan that is not there yet, or that does not fit the rest of the plan.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    with act(viewer, START):
        open_run = ImportRun.objects.filter(
            plan_key=plan_key, sha256=sha256, state=ImportState.REVIEW
        ).first()
        if open_run is not None:
            return open_run
        assert viewer.actor is not None
        result = whole_of(viewer, result, content, filename, plan_key)
        document, renamed = dict(result.document), dict[str, str]()
        if result.format == TEXT:
            document, renamed = with_known_keys(document, plan_key)
        run = ImportRun.objects.create(
            plan_key=plan_key,
            plan=stored_plan(plan_key),
            filename=filename[:255],
            format=result.format,
            encoding=result.encoding,
            sha256=sha256,
            document=document,
            counts=result.counts,
            uncertain=[
                {**item.as_dict(), "path": _renamed_path(item.path, renamed)} for item in result.uncertain
            ],
            created_by=viewer.actor,
        )
        ImportLine.objects.bulk_create(
            (
                ImportLine(
                    run=run,
                    number=line.number,
                    text=line.text,
                    state=line.state,
                    path=_renamed_path(line.path, renamed)[:200],
                    reason=line.reason[:400],
                )
                for line in result.lines
            ),
            batch_size=BATCH,
        )
        record(viewer, START, run, fields={"sha256": [None, sha256]}, count=max(1, len(result.lines)))
    return run


def resolve_uncertain(
    *,
    viewer: Viewer,
    run_id: int,
    version: int,
    index: int,
    values: Sequence[Mapping[str, Any]] | None,
    note: str = "",
) -> ImportRun:
    """Decide one uncertain place: the values it stands for, or (``values`` None) that it is left out.

    Each value is ``{"role", "fiscal_year", "value"}``; the place's path says to which line of numbers it
    belongs.

    Raises:
        Invalid: no such place, or a value that the form does not allow; Conflict: somebody decided meanwhile.
    """
    run = ImportRun.objects.get(pk=run_id)
    with act(viewer, DECIDE, run.plan):
        run = _open_run(run_id, version)
        if not 0 <= index < len(run.uncertain):
            raise Invalid({"index": [_("There is no such uncertain place.")]})
        place = run.uncertain[index]
        previous = run.resolutions.get(str(index), {}).get("values") or []
        document = copy.deepcopy(run.document)
        for old in previous:
            place_value(document, place["path"], {**old, "value": None})
        for value in values or []:
            place_value(document, place["path"], value, place["text"])
        _check(document)
        run.document = document
        run.resolutions = {
            **run.resolutions,
            str(index): {
                "values": [dict(value) for value in values] if values is not None else None,
                "note": note,
                "by": str(viewer.actor),
                "at": timezone.now().isoformat(),
            },
        }
        _save_run(run)
        record(viewer, DECIDE, run, fields={f"uncertain {index}": "changed"})
    return run


def correct_import(*, viewer: Viewer, run_id: int, version: int, pointer: str, value: Any) -> ImportRun:
    """Correct one cell of what was read; ``pointer`` is a JSON pointer (RFC 6901) into the document.

    Raises:
        Invalid: the pointer leads nowhere, or the corrected document breaks the published form.
    """
    run = ImportRun.objects.get(pk=run_id)
    with act(viewer, DECIDE, run.plan):
        run = _open_run(run_id, version)
        document = copy.deepcopy(run.document)
        try:
            read = pointer_get(document, pointer)
            pointer_set(document, pointer, value)
        except LookupError:
            raise Invalid({"pointer": [_("Nothing stands at %(pointer)s.") % {"pointer": pointer}]}) from None
        if pointer.endswith("/name") and "/series/" not in pointer and not str(value or "").strip():
            raise Invalid({"pointer": [_("A name is needed here.")]})
        _check(document)
        run.document = document
        run.corrections = {
            **run.corrections,
            pointer: run.corrections.get(pointer, {"read": read}) | {"value": value},
        }
        _save_run(run)
        record(viewer, DECIDE, run, fields={pointer: [read, value]})
    return run


def confirm_import(
    *,
    viewer: Viewer,
    run_id: int,
    version: int,
    reason: str = "",
    publish: bool = False,
    plan_facts: Mapping[str, Any] | None = None,
) -> ApplyReport:
    """Apply the reviewed document to the plan and close the run.

    ``plan_facts`` replaces head facts the source does not print (name, years, day of adoption).

    Raises:
        Invalid: while uncertain places are undecided; Conflict: the run changed meanwhile.
    """
    run = ImportRun.objects.get(pk=run_id)
    with act(viewer, DECIDE, run.plan):
        run = _open_run(run_id, version)
        if undecided := len(run.uncertain) - len(run.resolutions):
            raise Invalid({"": [_("%(count)d uncertain places are still undecided.") % {"count": undecided}]})
        document = document_to_apply(viewer, run)
        document["plan"] = {**document["plan"], **(plan_facts or {}), "key": run.plan_key}
        _check(document)
        report = apply_document(
            viewer=viewer,
            document=document,
            departments=dict(Department.objects.values_list("key", "pk")),
            publish=publish,
            reason=reason,
        )
        run.plan = report.plan
        _close(viewer, run, ImportState.CONFIRMED)
    return report


def document_to_apply(viewer: Viewer, run: ImportRun) -> dict[str, Any]:
    """What confirming the run would bring the plan to; to be shown as a diff before."""
    plan = stored_plan(run.plan_key)
    if run.format != TEXT or plan is None:
        return copy.deepcopy(dict(run.document))
    return completed(run.document, document_of(viewer, run.plan_key))


def reject_import(*, viewer: Viewer, run_id: int, version: int, reason: str) -> ImportRun:
    """Close a run without using it. The run and its lines stay, as the record of what was read."""
    if not reason.strip():
        raise Invalid({"reason": [_("Say why this import is not used.")]})
    run = ImportRun.objects.get(pk=run_id)
    with act(viewer, DECIDE, run.plan):
        run = _open_run(run_id, version)
        _close(viewer, run, ImportState.REJECTED)
    return run


def _renamed_path(path: str, renamed: Mapping[str, str]) -> str:
    return "/".join(renamed.get(part, part) for part in path.split("/"))


def _open_run(run_id: int, version: int) -> ImportRun:
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.state != ImportState.REVIEW or run.version != version:
        raise Conflict(run)
    return run


def _save_run(run: ImportRun) -> None:
    run.version += 1
    run.save(update_fields=["document", "resolutions", "corrections", "version"])


def _close(viewer: Viewer, run: ImportRun, state: ImportState) -> None:
    run.state = state
    run.decided_at = timezone.now()
    run.decided_by = viewer.actor
    run.version += 1
    run.save(update_fields=["state", "decided_at", "decided_by", "plan", "version"])
    record(viewer, DECIDE, run, fields={"state": [ImportState.REVIEW.value, state.value]})


def _check(document: Mapping[str, Any]) -> None:
    if problems := check_document(document):
        texts = [f"{problem.pointer}: {_(problem.msgid) % problem.params}" for problem in problems[:20]]
        raise Invalid({"": texts})
