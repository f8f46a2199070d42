"""The form that the documentation shows is one that works."""

from __future__ import annotations

import json
import re
from pathlib import Path

from jichi.city.pack import validate
from jichi.sheets.parsing import SCHEMA, parse_definition

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "form.md"


def test_the_example_in_the_guide_makes_sense():
    found = re.search(r"```json\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    assert found is not None
    data = json.loads(found.group(1))
    validate(data, SCHEMA, name="guide")
    assert parse_definition(data["definition"]).field("share")
