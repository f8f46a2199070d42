"""``jichi check``."""

from __future__ import annotations

from dataclasses import asdict

import click

from jichi.manifest import Problem

from .console import result, say
from .start import start_django


def run_checks(only: tuple[str, ...] = ()) -> list[tuple[str, str, list[Problem]]]:
    """Every room's checks: (key, title, problems). One that breaks is itself a problem."""
    from jichi.city import registry  # deferred: start-up

    found = []
    for room in registry.rooms():
        for check in room.checks:
            key = f"{room.key}.{check.key}"
            if only and key not in only:
                continue
            try:
                problems = list(registry.resolve(check.run)())
            except Exception as error:
                problems = [
                    Problem(
                        where=key,
                        what=f"the check itself failed: {error}",
                        mend="see the log; run jichi migrate",
                    )
                ]
            found.append((key, check.title, problems))
    return found


@click.command("check")
@click.argument("keys", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(keys: tuple[str, ...], as_json: bool) -> int:
    """Verify the installation: triggers, audit trail, migrations, database file, data of each room.

    Each problem says where, what and how to mend it. Exit code 1 when there is any error.
    """
    start_django()
    found = run_checks(keys)
    problems = [problem for _, _, some in found for problem in some]
    if as_json:
        result({key: [asdict(problem) for problem in some] for key, _, some in found})
    else:
        for key, title, some in found:
            say(f"{'ok  ' if not some else 'FAIL'} {key:<24} {title}")
            for problem in some:
                click.echo(
                    f"     {problem.severity}: {problem.where}: {problem.what}\n     mend: {problem.mend}"
                )
    return 1 if any(problem.severity == "error" for problem in problems) else 0
