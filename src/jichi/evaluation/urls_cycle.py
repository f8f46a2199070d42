"""The addresses of the staff pages of the cycle."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import board, checking, committee, compare, cycles, filling, lists, showing, together

_START = "staff/evaluation/"
_CYCLE = f"{_START}cycles/<int:pk>/"
_SHEET = f"{_START}sheets/<int:pk>/"

staff_urlpatterns: list[URLPattern] = [
    path(_START, lists.start, name="staff-evaluation"),
    path(f"{_START}do/", lists.bulk, name="staff-evaluation-bulk"),
    path(f"{_START}assign/", together.sheets_assign, name="staff-evaluation-assign"),
    path(f"{_START}extend/", together.sheets_extend, name="staff-evaluation-extend"),
    path(f"{_START}remind/", together.sheets_remind, name="staff-evaluation-remind"),
    path(f"{_START}committee/", committee.committee, name="staff-evaluation-committee"),
    path(f"{_START}cycles/", cycles.cycle_list, name="staff-evaluation-cycles"),
    path(f"{_START}cycles/new/", cycles.cycle_new, name="staff-evaluation-cycle-new"),
    path(_CYCLE, cycles.cycle_detail, name="staff-evaluation-cycle"),
    path(f"{_CYCLE}edit/", cycles.cycle_edit, name="staff-evaluation-cycle-edit"),
    path(f"{_CYCLE}open/", cycles.cycle_open, name="staff-evaluation-cycle-open"),
    path(f"{_CYCLE}stages/<slug:stage>/", showing.cycle_stage, name="staff-evaluation-cycle-stage"),
    path(f"{_CYCLE}put-up/", showing.cycle_put_up, name="staff-evaluation-cycle-put-up"),
    path(f"{_CYCLE}publish/", showing.cycle_publish, name="staff-evaluation-cycle-publish"),
    path(f"{_CYCLE}propose/", showing.cycle_propose, name="staff-evaluation-cycle-propose"),
    path(f"{_CYCLE}comment/", committee.cycle_comment, name="staff-evaluation-cycle-comment"),
    path(f"{_CYCLE}board/", board.board, name="staff-evaluation-board"),
    path(f"{_CYCLE}sheets/", board.sheet_list, name="staff-evaluation-sheets"),
    path(_SHEET, filling.sheet_detail, name="staff-evaluation-sheet"),
    path(f"{_SHEET}save/", filling.sheet_save, name="staff-evaluation-sheet-save"),
    path(f"{_SHEET}hand-in/", filling.sheet_hand_in, name="staff-evaluation-sheet-hand-in"),
    path(f"{_SHEET}compare/", compare.sheet_compare, name="staff-evaluation-sheet-compare"),
    path(f"{_SHEET}send-back/", checking.sheet_send_back, name="staff-evaluation-sheet-send-back"),
    path(f"{_SHEET}withdraw/", checking.sheet_withdraw, name="staff-evaluation-sheet-withdraw"),
    path(f"{_SHEET}remark/", checking.sheet_remark, name="staff-evaluation-sheet-remark"),
    path(
        f"{_SHEET}remarks/<int:remark_pk>/settle/",
        checking.remark_settle,
        name="staff-evaluation-remark-settle",
    ),
    path(f"{_SHEET}versions/<int:number>/", checking.sheet_revision, name="staff-evaluation-sheet-revision"),
    path(f"{_SHEET}correct/", checking.sheet_correct, name="staff-evaluation-sheet-correct"),
    path(f"{_SHEET}edition/", committee.edition, name="staff-evaluation-edition"),
    path(f"{_SHEET}comment/", committee.sheet_comment, name="staff-evaluation-sheet-comment"),
]
