"""The addresses of workbooks of sheets."""

from __future__ import annotations

from jichi.manifest import Route, Zone

from .actions import TAKE_ALL, TAKE_IN, TAKE_WORKBOOK

ROUTES: tuple[Route, ...] = (
    Route(name="staff-evaluation-workbook", zone=Zone.INNER, action=TAKE_WORKBOOK),
    Route(name="staff-evaluation-workbook-return", zone=Zone.INNER, action=TAKE_IN),
    Route(name="staff-evaluation-workbooks", zone=Zone.INNER, action=TAKE_ALL),
    Route(name="staff-evaluation-workbooks-return", zone=Zone.INNER, action=TAKE_ALL),
    Route(name="staff-evaluation-workbooks-office", zone=Zone.INNER, action=TAKE_WORKBOOK),
    Route(name="staff-evaluation-workbooks-office-return", zone=Zone.INNER, action=TAKE_IN),
)
