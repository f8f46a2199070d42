"""The addresses of the plan's staff pages, all below ``staff/``."""

from __future__ import annotations

from django.urls import path

from .views import adding, deciding, history, home, imports, incomplete, nodes, plans, review, rows

urlpatterns = [
    path("staff/", home.workbench, name="workbench"),
    path("staff/plans/", plans.plan_list, name="staff-plans"),
    path("staff/plans/<slug:plan_key>/", plans.plan_detail, name="staff-plan"),
    path("staff/plans/<slug:plan_key>/life/<slug:act>/", plans.plan_life, name="staff-plan-life"),
    path("staff/plans/<slug:plan_key>/incomplete/", incomplete.incomplete, name="staff-incomplete"),
    path("staff/plans/<slug:plan_key>/history/", history.history, name="staff-history"),
    path("staff/plans/<slug:plan_key>/plan.xlsx", imports.workbook, name="staff-workbook"),
    path("staff/plans/<slug:plan_key>/nodes/<str:code>/", nodes.node_detail, name="staff-node"),
    path(
        "staff/plans/<slug:plan_key>/nodes/<str:code>/carry-over/", adding.carry_over, name="staff-carry-over"
    ),
    path("staff/things/<slug:kind>/", nodes.thing_list, name="staff-things"),
    path("staff/rows/<str:model>/new/", adding.thing_new, name="staff-thing-new"),
    path("staff/rows/<str:model>/new/<int:parent>/", adding.row_new, name="staff-row-new"),
    path("staff/rows/<str:model>/<int:pk>/", rows.row_edit, name="staff-row"),
    path("staff/rows/<str:model>/<int:pk>/remove/", rows.row_remove, name="staff-row-remove"),
    path(
        "staff/rows/<str:model>/<int:pk>/translate/<slug:language>/",
        adding.row_translate,
        name="staff-row-translate",
    ),
    path("staff/edits/<int:pk>/undo/", history.undo, name="staff-undo"),
    path("staff/acts/<uuid:act_id>/undo/", history.undo_whole_act, name="staff-undo-act"),
    path("staff/imports/", imports.import_list, name="staff-imports"),
    path("staff/imports/new/", imports.import_new, name="staff-import-new"),
    path("staff/imports/template.xlsx", imports.template, name="staff-workbook-template"),
    path("staff/imports/<int:pk>/", review.review, name="staff-import"),
    path("staff/imports/<int:pk>/places/<int:index>/", review.resolve, name="staff-import-resolve"),
    path("staff/imports/<int:pk>/parts/", review.parts, name="staff-import-parts"),
    path("staff/imports/<int:pk>/cell/", review.cell, name="staff-import-cell"),
    path("staff/imports/<int:pk>/lines/", review.lines, name="staff-import-lines"),
    path("staff/imports/<int:pk>/changes/", review.changes, name="staff-import-changes"),
    path("staff/imports/<int:pk>/end/", deciding.end, name="staff-import-end"),
]
