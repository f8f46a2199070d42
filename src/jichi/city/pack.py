"""A pack: the facts of one city as data files, read and validated before anything is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema
from django.utils.translation import gettext as _

from .errors import Invalid

PACKAGE = Path(__file__).resolve().parent.parent
PACKS = PACKAGE / "packs"
PACK_SCHEMA = "city/schema/jichi-pack-1.schema.json"
SIDE_SCHEMAS = {
    "translations": "city/schema/jichi-translations-1.schema.json",
    "readings": "city/schema/jichi-readings-1.schema.json",
    "repairs": "city/schema/jichi-repairs-1.schema.json",
}


def read_json(path: Path) -> Any:
    """The data of a JSON file.

    Raises:
        Invalid: naming the file, and line and column of what is not JSON or not UTF-8.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Invalid({path.name: [_("The file %(path)s does not exist.") % {"path": path}]}) from None
    except UnicodeDecodeError as error:
        text = _("%(path)s is not UTF-8 (byte %(byte)d).")
        raise Invalid({path.name: [text % {"path": path, "byte": error.start}]}) from error
    except json.JSONDecodeError as error:
        text = _("%(path)s is not JSON: line %(line)d, column %(column)d.")
        raise Invalid(
            {path.name: [text % {"path": path, "line": error.lineno, "column": error.colno}]}
        ) from error


def validate(data: Any, schema: str, *, name: str) -> None:
    """Check ``data`` against a schema file of the package.

    Raises:
        Invalid: with every deviation, each at its JSON pointer.
    """
    validator = jsonschema.Draft202012Validator(read_json(PACKAGE / schema))
    errors = sorted(
        validator.iter_errors(data), key=lambda error: [str(step) for step in error.absolute_path]
    )
    if errors:
        messages = [
            f"{name}#/{'/'.join(str(step) for step in error.absolute_path)}: {error.message[:200]}"
            for error in errors[:20]
        ]
        raise Invalid({name: messages})


@dataclass(frozen=True)
class Pack:
    """A pack's folder and its ``pack.json``; the side files are read when first asked for."""

    root: Path
    head: Mapping[str, Any]

    @classmethod
    def open(cls, name: str) -> Pack:
        """The pack called ``name`` that comes with Jichi, or the one in the folder ``name``.

        Raises:
            Invalid: if there is none, or its ``pack.json`` breaks the published form.
        """
        folder = PACKS / name if (PACKS / name / "pack.json").is_file() else Path(name).expanduser()
        if not (folder / "pack.json").is_file():
            known = ", ".join(sorted(path.parent.name for path in PACKS.glob("*/pack.json")))
            text = _("There is no pack “%(name)s”. Give one of %(known)s, or a folder with a pack.json.")
            raise Invalid({"pack": [text % {"name": name, "known": known}]})
        head = read_json(folder / "pack.json")
        validate(head, PACK_SCHEMA, name="pack.json")
        return cls(root=folder, head=head)

    @property
    def key(self) -> str:
        return str(self.head["key"])

    @property
    def is_sample(self) -> bool:
        """Whether everything in it is made up."""
        return bool(self.head["kind"] == "sample")

    def files(self, kind: str) -> list[str]:
        """The names of the pack's files of one kind (``city``, ``plans``, ``observations`` …)."""
        listed = self.head["files"].get(kind, [])
        return [listed] if isinstance(listed, str) else list(listed)

    def data(self, name: str, schema: str) -> Any:
        """One file's data, validated."""
        data = read_json(self.root / name)
        validate(data, schema, name=name)
        return data

    def _side(self, kind: str, empty: Any) -> Any:
        names = self.files(kind)
        return self.data(names[0], SIDE_SCHEMAS[kind]) if names else empty

    @cached_property
    def memory(self) -> dict[str, dict[str, str]]:
        """Translations: language → source string → translation."""
        listed: Mapping[str, str] = self.head["files"].get("translations", {})
        return {language: self.data(name, SIDE_SCHEMAS["translations"]) for language, name in listed.items()}

    @cached_property
    def readings(self) -> dict[str, str]:
        """Word → reading in kana, for ruby and for search by reading."""
        return dict(self._side("readings", {}))

    @cached_property
    def repairs(self) -> tuple[tuple[str, str], ...]:
        """Misread words of the city's extracted documents and their right form."""
        return tuple((item["wrong"], item["right"]) for item in self._side("repairs", []))
