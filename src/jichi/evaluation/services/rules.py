"""Rule sets that a pack brings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.pack import Pack
from jichi.city.trail import act, record
from jichi.evaluation.actions import LOAD_RULES
from jichi.evaluation.models import RuleSet, RuleSetVersion
from jichi.evaluation.rules.parsing import parse_file
from jichi.evaluation.rules.sentences import problem_sentence
from jichi.evaluation.rules.stored import digest_of_version
from jichi.evaluation.rules.values import RuleFile, RulesError, RuleVersion

NOTE_LENGTH = 300


def load_rules(*, viewer: Viewer, pack: Pack, data: Mapping[str, Any]) -> int:
    """Take in the versions of a rule file that are not held yet; a second load changes nothing.

    A version that any earlier load brought is left as it is, and one with other content is appended as the
    next number: a rule that grades were made with is never overwritten. Returns how many were appended.

    Raises:
        NotAllowed; Invalid: what is wrong in the file, each at its JSON pointer.
    """
    try:
        found = parse_file(data)
    except RulesError as error:
        named = str(data.get("key", "")) if isinstance(data, Mapping) else ""
        messages = [f"{named}#{one.pointer}: {problem_sentence(one)}" for one in error.problems]
        raise Invalid({"rules": messages}) from error
    with act(viewer, LOAD_RULES):
        rule_set = _rule_set(viewer, found)
        held = set(rule_set.versions.values_list("digest", flat=True))
        before = number = len(held)
        for version in found.versions:
            digest = digest_of_version(version.definition)
            if digest in held:
                continue
            number += 1
            held.add(digest)
            _append(viewer, rule_set, version, number, digest)
    return number - before


def _rule_set(viewer: Viewer, found: RuleFile) -> RuleSet:
    names = {language: {"title": text} for language, text in found.title.items() if language != "ja"}
    wanted: dict[str, Any] = {"title": found.title["ja"], "translations": names}
    rule_set = RuleSet.objects.select_for_update().filter(key=found.key).first()
    if rule_set is None:
        rule_set = RuleSet.objects.create(key=found.key, kind=found.kind, **wanted)
        record(viewer, LOAD_RULES, rule_set, fields={"key": [None, found.key]})
    if rule_set.kind != found.kind:
        text = _("“%(key)s” is held as another kind of rule; give the file a key of its own.")
        raise Invalid({"rules": [text % {"key": found.key}]})
    changed = [name for name, value in wanted.items() if getattr(rule_set, name) != value]
    if changed:
        for name in changed:
            setattr(rule_set, name, wanted[name])
        rule_set.save(update_fields=changed)
        record(viewer, LOAD_RULES, rule_set, fields={name: "changed" for name in changed})
    return rule_set


def _append(viewer: Viewer, rule_set: RuleSet, version: RuleVersion, number: int, digest: str) -> None:
    row = RuleSetVersion.objects.create(
        rule_set=rule_set,
        number=number,
        definition=dict(version.definition),
        digest=digest,
        in_force_from=version.in_force_from,
        in_force_to=version.in_force_to,
        known_from=version.known_from,
        is_confirmed=version.confirmed,
        source=dict(version.source),
        note=version.note.get("ja", "")[:NOTE_LENGTH],
    )
    record(viewer, LOAD_RULES, row, fields={"number": [None, number], "digest": [None, digest]})
