"""Lines of the finance system: taken in as files, shared out to projects. What was taken in stays."""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import act, digest_of, record
from jichi.evaluation.actions import SHARE, TAKE_FINANCE
from jichi.evaluation.enums import AmountKind
from jichi.evaluation.finance_file import BadRow, LineRow, Read, ShareRow, read_lines, read_shares
from jichi.evaluation.models import BudgetAmount, BudgetLine, BudgetShare, FinanceImport
from jichi.evaluation.queries.finance import newest_amounts, projects_of_year
from jichi.plan.models.plans import FIRST_YEAR, LAST_YEAR

WHOLE = Decimal(100)
_BATCH = 500
_TOLD = 50
"""How many bad rows a refusal names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a file did: new lines, changed amounts, lines that said what stood already, rows not taken."""

    new: int = 0
    changed: int = 0
    same: int = 0
    bad: tuple[BadRow, ...] = ()


class BadRows(Invalid):
    """A file with rows that cannot be taken; ``bad`` lists them. Nothing was taken in."""

    def __init__(self, bad: Sequence[BadRow]) -> None:
        self.bad = tuple(bad)
        text = _("Row %(row)d: %(sentence)s")
        told = [text % {"row": one.row, "sentence": one.sentence} for one in bad[:_TOLD]]
        if len(bad) > _TOLD:
            told.append(_("… and %(count)d further rows.") % {"count": len(bad) - _TOLD})
        super().__init__({"file": told})


def take_in_lines(
    *,
    viewer: Viewer,
    kind: str,
    fiscal_year: int,
    content: bytes,
    filename: str,
    unit: int = 1,
    skips_bad: bool = False,
    at: datetime.datetime | None = None,
) -> Taken:
    """Take in budget estimates or settled accounts of a year; the file is kept as evidence.

    A line that says what stands already is left as it is, another amount is a new revision. With
    ``skips_bad`` the good rows are taken and the bad ones told; else nothing is taken where one is bad.

    Raises:
        NotAllowed; Invalid: at ``file``, ``kind``, ``fiscal_year`` or ``unit``; BadRows.
    """
    viewer.require(TAKE_FINANCE)
    _require_sensible(kind, fiscal_year, unit)
    found = read_lines(content, unit=unit)
    _require_rows(found.rows, found.bad, skips_bad)
    try:
        counts = _taken(viewer, kind, fiscal_year, content, filename, unit, found, at or timezone.now())
    except IntegrityError:
        text = _("Somebody else took in a file of this year at the same moment. Take this one in again.")
        raise Invalid({"file": [text]}) from None
    return Taken(**counts, bad=tuple(found.bad))


def _taken(
    viewer: Viewer,
    kind: str,
    fiscal_year: int,
    content: bytes,
    filename: str,
    unit: int,
    found: Read,
    moment: datetime.datetime,
) -> dict[str, int]:
    sha256 = hashlib.sha256(content).hexdigest()
    with act(viewer, TAKE_FINANCE):
        assert viewer.actor is not None  # nobody without a name may do this
        # The same file again is kept once, and counts again: after another file, or in another unit.
        taken, _is_new = FinanceImport.objects.get_or_create(
            kind=kind,
            fiscal_year=fiscal_year,
            sha256=sha256,
            defaults={
                "filename": filename[:255],
                "content": content,
                "row_count": len(found.rows),
                "report": {"bad": [asdict(one) for one in found.bad], "unit": unit},
                "taken_by": viewer.actor,
                "taken_at": moment,
            },
        )
        counts = _enter(taken, found.rows)
        fields: dict[str, list[int]] = {name: [0, count] for name, count in counts.items()}
        fields["unit"] = [0, unit]
        digest = digest_of(f"{row.account}|{row.code}|{row.amount}" for row in found.rows)
        record(viewer, TAKE_FINANCE, taken, fields=fields, count=len(found.rows), digest=digest)
    return counts


def _require_sensible(kind: str, fiscal_year: int, unit: int) -> None:
    troubles: dict[str, list[str]] = {}
    if kind not in AmountKind.values:
        troubles["kind"] = [_("Say whether these are estimates or settled accounts.")]
    if not FIRST_YEAR <= fiscal_year <= LAST_YEAR:
        troubles["fiscal_year"] = [_("This is no fiscal year of ours.")]
    if unit not in (1, 1000):
        troubles["unit"] = [_("Amounts are in yen or in thousand yen.")]
    if troubles:
        raise Invalid(troubles)


def _require_rows(rows: Collection[object], bad: Sequence[BadRow], skips_bad: bool) -> None:
    if bad and not skips_bad:
        raise BadRows(bad)
    if not rows:
        raise Invalid({"file": [_("There is no row in the file that can be taken in.")]})


def _enter(taken: FinanceImport, rows: Sequence[LineRow]) -> dict[str, int]:
    year = taken.fiscal_year
    lines = {(one.account, one.code): one for one in BudgetLine.objects.filter(fiscal_year=year)}
    missing = [row for row in rows if (row.account, row.code) not in lines]
    BudgetLine.objects.bulk_create(
        (
            BudgetLine(
                fiscal_year=year,
                account=row.account,
                code=row.code,
                name=row.name,
                department_name=row.department,
            )
            for row in missing
        ),
        batch_size=_BATCH,
    )
    lines = {(one.account, one.code): one for one in BudgetLine.objects.filter(fiscal_year=year)}
    standing = newest_amounts(taken.kind, [one.pk for one in lines.values()])
    made, counts = [], {"new": 0, "changed": 0, "same": 0}
    for row in rows:
        line = lines[row.account, row.code]
        before = standing.get(line.pk)
        if before is not None and _says(before, row):
            counts["same"] += 1
            continue
        counts["changed" if before is not None else "new"] += 1
        made.append(
            BudgetAmount(
                line=line,
                kind=taken.kind,
                revision=1 + (before.revision if before is not None else 0),
                amount=row.amount,
                taken_from=taken,
                row_number=row.row,
                **row.sources,
            )
        )
    BudgetAmount.objects.bulk_create(made, batch_size=_BATCH)
    return counts


def _says(amount: BudgetAmount, row: LineRow) -> bool:
    return amount.amount == row.amount and all(
        getattr(amount, key) == value for key, value in row.sources.items()
    )


def take_in_shares(
    *, viewer: Viewer, fiscal_year: int, content: bytes, filename: str, skips_bad: bool = False
) -> Taken:
    """Take in which project bears which part of which line. A line named in the file gets exactly its shares.

    Raises:
        NotAllowed; Invalid: at ``file`` or ``fiscal_year``; BadRows: for unknown lines or projects, the same
        project twice, and shares over 100 per cent.
    """
    viewer.require(SHARE)
    _require_sensible(AmountKind.SETTLED, fiscal_year, 1)
    found = read_shares(content)
    lines = {(one.account, one.code): one.pk for one in BudgetLine.objects.filter(fiscal_year=fiscal_year)}
    good, bad = _fitting(found.rows, lines, projects_of_year(fiscal_year))
    bad = sorted([*found.bad, *bad], key=lambda one: one.row)
    _require_rows(good, bad, skips_bad)
    counts = {"new": 0, "changed": 0, "same": 0}
    with act(viewer, SHARE):
        # Held until the end, so that two who share out at once cannot exceed the whole together.
        list(BudgetLine.objects.select_for_update().filter(pk__in=good).order_by("pk").values_list("pk"))
        held: dict[int, dict[int, Decimal]] = defaultdict(dict)
        for line, node, percent in BudgetShare.objects.filter(line__in=good).values_list(
            "line", "node", "percent"
        ):
            held[line][node] = percent
        for line, shares in good.items():
            if held[line] == shares:
                counts["same"] += 1
                continue
            counts["changed" if held[line] else "new"] += 1
            _put(line, shares)
        record(
            viewer,
            SHARE,
            None,
            object_type="evaluation.budgetline",
            object_id=str(fiscal_year),
            fields={"lines": [0, len(good)], "file": [None, filename[:120]]},
            count=len(good),
            digest=hashlib.sha256(content).hexdigest(),
        )
    return Taken(**counts, bad=tuple(bad))


def _fitting(
    rows: Sequence[ShareRow], lines: Mapping[tuple[str, str], int], projects: Mapping[str, int]
) -> tuple[dict[int, dict[int, Decimal]], list[BadRow]]:
    """The shares by line, and the rows that name what is not there or exceed the whole."""
    good: dict[int, dict[int, Decimal]] = defaultdict(dict)
    bad = []
    for row in rows:
        line, node = lines.get((row.account, row.code)), projects.get(row.project)
        if line is None:
            text = _("There is no line %(code)s of this year. Take in the budget first, or correct the code.")
            bad.append(BadRow(row=row.row, sentence=text % {"code": row.code}))
        elif node is None:
            text = _("No plan of this year has a project %(code)s.")
            bad.append(BadRow(row=row.row, sentence=text % {"code": row.project}))
        elif node in good[line]:
            text = _("The project %(code)s stands twice for this line.")
            bad.append(BadRow(row=row.row, sentence=text % {"code": row.project}))
        elif sum(good[line].values()) + row.percent > WHOLE:
            text = _("The shares of the line %(code)s exceed 100 per cent.")
            bad.append(BadRow(row=row.row, sentence=text % {"code": row.code}))
        else:
            good[line][node] = row.percent
    return {line: shares for line, shares in good.items() if shares}, bad


def _put(line: int, shares: Mapping[int, Decimal]) -> None:
    BudgetShare.objects.filter(line=line).delete()
    BudgetShare.objects.bulk_create(
        BudgetShare(line_id=line, node_id=node, percent=percent) for node, percent in shares.items()
    )


def share_line(
    *, viewer: Viewer, line_id: int, shares: Mapping[int, Decimal], seen: Mapping[int, Decimal]
) -> BudgetLine:
    """Set which projects (ids of plan nodes) bear which per cent of a line; ``seen`` is what one saw.

    Raises:
        NotAllowed; BudgetLine.DoesNotExist; Conflict: somebody else changed them; Invalid: at ``shares``.
    """
    viewer.require(SHARE)
    line = BudgetLine.objects.get(pk=line_id)
    if any(not 0 < percent <= WHOLE for percent in shares.values()) or sum(shares.values()) > WHOLE:
        raise Invalid({"shares": [_("Each share is over 0, and together they are at most 100 per cent.")]})
    if unknown := set(shares) - set(projects_of_year(line.fiscal_year).values()):
        text = _("%(count)d of the projects are not of this year's plans.")
        raise Invalid({"shares": [text % {"count": len(unknown)}]})
    with act(viewer, SHARE, line):
        BudgetLine.objects.select_for_update().get(pk=line_id)
        held = dict(BudgetShare.objects.filter(line=line).values_list("node", "percent"))
        if held == dict(shares):
            return line
        if held != dict(seen):
            raise Conflict(held)
        _put(line.pk, shares)
        told = {str(node): str(percent) for node, percent in shares.items()}
        record(viewer, SHARE, line, fields={"shares": [{str(k): str(v) for k, v in held.items()}, told]})
    return line
