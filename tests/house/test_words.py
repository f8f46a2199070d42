"""Catalogues: compiled, complete, and the same places in a message and its translation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from jichi.config.catalogues import catalogue_files, keys_of, messages_of, read_catalogue
from jichi.config.cli.messages import compiled

from . import rules

COMPLETE = {"ja", "ja_Simple"}
CATALOGUES = list(catalogue_files())
PLACES = re.compile(r"%\((\w+)\)[a-z]|\{(\w+)\}")


def name(path: Path) -> str:
    return path.relative_to(rules.PACKAGE).as_posix()


def messages(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def test_every_room_with_words_has_its_catalogues():
    rooms = {path.relative_to(rules.PACKAGE).parts[0] for path in CATALOGUES}
    languages = {path.parts[-3] for path in CATALOGUES}
    assert CATALOGUES, "there are no catalogues"
    assert languages >= COMPLETE
    for room in rooms:
        assert {
            path.parts[-3] for path in CATALOGUES if path.relative_to(rules.PACKAGE).parts[0] == room
        } >= COMPLETE


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_the_compiled_catalogue_is_fresh(path: Path):
    assert path.with_suffix(".mo").read_bytes() == compiled(path), "run: jichi messages"


@pytest.mark.parametrize("path", [path for path in CATALOGUES if path.parts[-3] in COMPLETE], ids=name)
def test_the_catalogue_holds_what_the_room_says_and_nothing_else(path: Path):
    said, held = messages_of(path.parents[3]).keys(), keys_of(read_catalogue(path))
    assert (said - held, held - said) == (set(), set()), "run: jichi messages --update"


@pytest.mark.parametrize("path", [path for path in CATALOGUES if path.parts[-3] in COMPLETE], ids=name)
def test_the_catalogue_is_complete(path: Path):
    missing = []
    for message in messages(path):
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        if message.fuzzy or not all(strings):
            missing.append(str(message.id))
    assert missing == []


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_a_translation_has_the_places_of_its_message(path: Path):
    wrong = []
    for message in messages(path):
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        wanted = {place for text in ids for place in PLACES.findall(text)}
        for text in filter(None, strings):
            if not set(PLACES.findall(text)) <= wanted or (
                len(ids) == 1 and set(PLACES.findall(text)) != wanted
            ):
                wrong.append(f"{ids[0]!r} → {text!r}")
    assert wrong == []
