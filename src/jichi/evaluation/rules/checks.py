"""What ``jichi check`` asks of the rules (declared in :mod:`jichi.evaluation.rules.declared`)."""

from __future__ import annotations

from collections.abc import Iterator

from jichi.evaluation.queries.grades import stored_versions
from jichi.manifest import Problem

from .parsing import parse_version
from .stored import digest_of_version
from .values import RulesError


def versions() -> Iterator[Problem]:
    """Versions of rules that can no longer be read, or are not what was loaded."""
    for version in stored_versions():
        where = f"rule {version.rule_set.key}, version {version.number}"
        try:
            parse_version(version.rule_set.kind, version.definition)
        except RulesError as error:
            yield Problem(where=where, what=f"cannot be read: {error}", mend="restore the row from a backup")
            continue
        if digest_of_version(version.definition) != version.digest:
            yield Problem(where=where, what="it is not what was loaded", mend="restore the row from a backup")
