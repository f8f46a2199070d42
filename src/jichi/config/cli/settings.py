"""``jichi settings``."""

from __future__ import annotations

import os

import click

from jichi.config.environment import read_environment
from jichi.config.room import ROOM

from .console import result


@click.command("settings")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--check", "verify", is_flag=True, help="Also validate the values of this environment.")
def command(as_json: bool, verify: bool) -> None:
    """Show every setting, its default and what it means. Values of secrets are never shown."""
    if verify:
        read_environment()
    rows = [
        {
            "name": setting.name,
            "type": setting.type,
            "default": setting.default,
            "set": setting.name in os.environ,
            "help": setting.help,
        }
        for setting in ROOM.settings
    ]
    if as_json:
        result(rows)
        return
    for row in rows:
        mark = "*" if row["set"] else " "
        click.echo(f"{mark} {row['name']:<28} {row['type']:<10} default: {row['default'] or '(none)'}")
        click.echo(f"    {row['help']}")
    click.echo("\n* set in this environment")
