"""Every line of Python in the two guides to opinions does what the guide says."""

import doctest
import re
from pathlib import Path

import pytest

from jichi.methods.texts.embedding import embedding_installed

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["opinions.md", "opinion-map.md"])
def test_the_python_of_the_guide_runs_as_shown(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    text = (ROOT / "docs" / "howto" / name).read_text(encoding="utf-8")
    names: dict[str, object] = {}
    runner = doctest.DocTestRunner()
    told: list[str] = []
    for block in BLOCK.finditer(text):
        if "offline_embedder" in block[1] and not embedding_installed():
            continue
        line = text.count("\n", 0, block.start(1))
        test = doctest.DocTestParser().get_doctest(block[1], names, name, f"docs/howto/{name}", line)
        runner.run(test, out=told.append, clear_globs=False)
        names = test.globs
    assert told == []
    assert runner.tries > 20
