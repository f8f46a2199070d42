"""``jichi import-plan``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jichi.city.pack import PACKS, Pack

from .console import Failure, progress, result, say
from .start import require_installation, start_django

if TYPE_CHECKING:
    from jichi.plan.importing import ImportResult

_HEAD_BYTES = 256 * 1024


def _city_named_in(content: bytes) -> Path | None:
    """The folder of the pack whose city the document names, if one that comes with Jichi is of that city."""
    for head_file in sorted(PACKS.glob("*/pack.json")):
        head = json.loads(head_file.read_text(encoding="utf-8"))
        name = head["name"]["ja"]
        if head["kind"] == "real" and any(name.encode(code) in content for code in ("utf-8", "cp932")):
            return head_file.parent
    return None


def _repairs(pack: str | None, content: bytes) -> tuple[tuple[str, str], ...]:
    """The misread words a pack knows of its city's documents. ``none`` asks for no pack's."""
    if pack == "none":
        return ()
    folder = _city_named_in(content) if pack is None else PACKS / pack
    if folder is None:
        return ()
    if not (folder / "pack.json").is_file():
        folder = Path(str(pack)).expanduser()
    if not (folder / "pack.json").is_file():
        raise Failure(
            f"There is no pack {pack!r}: neither one that comes with Jichi nor a folder with a pack.json."
        )
    say(f"Repairs of extracted text: pack {folder.name}")
    return Pack.open(str(folder)).repairs


def _read(path: Path, *, pack: str | None, plan_key: str) -> ImportResult:
    from jichi.plan.importing import ImportHints, PlanImportError, read_plan_file  # deferred: start-up

    with path.open("rb") as file:
        hints = ImportHints(plan_key=plan_key, repairs=_repairs(pack, file.read(_HEAD_BYTES)))
    try:
        with progress("Reading") as report:
            found = read_plan_file(path, hints=hints)
            report(1, 1)
    except PlanImportError as problem:
        details = "".join(f"\n  - {one}" for one in problem.problems[:20])
        raise Failure(f"{problem}{details}") from problem
    return found


def _summary(found: ImportResult) -> None:
    for key, count in found.counts.items():
        say(f"  {key:<24} {count}")
    if total := found.counts.get("lines"):
        known = found.counts["lines_placed"] + found.counts["lines_furniture"]
        say(f"  {'share of lines placed':<24} {known / total:.1%}")
    for warning in found.warnings:
        say(f"  ! {warning}")


def _report(found: ImportResult) -> dict[str, Any]:
    return {"counts": found.counts, "warnings": list(found.warnings), **found.to_dry_run()}


@click.command("import-plan")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--dry-run", is_flag=True, help="Only read and report; nothing is stored, no installation is needed."
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole result as one JSON document.")
@click.option("--plan", "plan_key", default="", help="Key of the plan in this installation.")
@click.option(
    "--pack", help="Pack that knows misread words; default: that of the city the file names; or none."
)
@click.option(
    "--report", "report_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the report there."
)
def command(
    file: Path, dry_run: bool, as_json: bool, plan_key: str, pack: str | None, report_file: Path | None
) -> None:
    """Read a plan from FILE: extracted text of the published plan, a workbook (xlsx, csv) or jichi-plan/1.

    What cannot be placed with certainty is reported, never guessed. Without --dry-run the result waits for a
    person's review on the staff pages; nothing is published by this command.
    """
    if not dry_run:
        start_django()
        require_installation()
    found = _read(file, pack=pack, plan_key=plan_key)
    _summary(found)
    if report_file is not None:
        report_file.write_text(json.dumps(_report(found), ensure_ascii=False, indent=2), encoding="utf-8")
    if as_json:
        result(found.to_dry_run())
    if not dry_run:
        _store(found, file.read_bytes(), file.name, plan_key)


def _store(found: ImportResult, content: bytes, filename: str, plan_key: str) -> None:
    from jichi.city.viewers import system_viewer  # deferred: start-up
    from jichi.plan.services import start_import  # deferred: start-up

    key = plan_key or str(found.document["plan"]["key"])
    if not key:
        raise Failure("The file does not say which plan it is. Give the plan's key with --plan.")
    run = start_import(
        viewer=system_viewer("importer-cli"), result=found, content=content, filename=filename, plan_key=key
    )
    say(f"Import {run.pk} waits for review on the staff pages. Nothing is published before it is confirmed.")
