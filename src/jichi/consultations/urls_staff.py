"""The staff addresses of consultations."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import (
    staff_acts,
    staff_board,
    staff_changes,
    staff_disposing,
    staff_masks,
    staff_preparing,
    staff_sets,
    staff_topics,
)

_ACTS = {
    "edit": staff_preparing.edit,
    "facts": staff_preparing.facts,
    "add-text": staff_preparing.add_text,
    "add-file": staff_preparing.add_file,
    "keep-draft": staff_preparing.keep_draft,
    "places": staff_preparing.places,
    "notice": staff_preparing.notice,
    "put-up": staff_acts.put_up,
    "put-up-result": staff_acts.put_up_result,
    "publish": staff_acts.publish,
    "exempt": staff_acts.exempt,
    "extend": staff_acts.extend,
    "withdraw": staff_acts.withdraw,
    "publish-result": staff_acts.publish_result,
    "correct": staff_acts.correct,
    "texts": staff_masks.texts,
    "plain": staff_masks.plain,
    "texts-at-once": staff_masks.texts_at_once,
    "sets": staff_sets.sets,
    "shape-sets": staff_sets.shape_sets,
    "topics": staff_topics.topics,
    "shape-topics": staff_topics.shape_topics,
    "dispositions": staff_disposing.dispositions,
    "dispose-many": staff_disposing.dispose_many,
    "changes": staff_changes.changes,
    "result": staff_changes.result,
}

_HERE = "staff/consultations/<uuid:pk>"

patterns: list[URLPattern] = [
    path("staff/consultations/", staff_board.consultations, name="staff-consultations"),
    path("staff/consultations/new/", staff_preparing.new, name="staff-consultation-new"),
    path(f"{_HERE}/", staff_board.board, name="staff-consultation"),
    *(path(f"{_HERE}/{name}/", view, name=f"staff-consultation-{name}") for name, view in _ACTS.items()),
    path(f"{_HERE}/text/<int:text_id>/", staff_preparing.text, name="staff-consultation-text"),
    path(
        f"{_HERE}/files/<int:file>/remove/",
        staff_preparing.remove_file,
        name="staff-consultation-remove-file",
    ),
    path(f"{_HERE}/texts/<int:wording>/harsh/", staff_masks.harsh, name="staff-consultation-harsh"),
    path(f"{_HERE}/texts/<int:wording>/", staff_sets.said, name="staff-consultation-said"),
    path(f"{_HERE}/sets/<int:set_id>/", staff_sets.one_set, name="staff-consultation-set"),
    path(f"{_HERE}/sets/<int:set_id>/shape/", staff_sets.shape_set, name="staff-consultation-shape-set"),
    path(f"{_HERE}/dispositions/<int:set_id>/", staff_disposing.dispose, name="staff-consultation-dispose"),
    path(
        f"{_HERE}/opinions/<int:opinion>/disposition/",
        staff_disposing.dispose_one,
        name="staff-consultation-dispose-one",
    ),
    path(
        f"{_HERE}/dispositions/<int:disposition>/undo/",
        staff_disposing.undispose,
        name="staff-consultation-undispose",
    ),
    path(f"{_HERE}/changes/<str:anchor>/", staff_changes.change, name="staff-consultation-change"),
]
