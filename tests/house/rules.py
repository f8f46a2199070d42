"""What keeps the rooms so, as functions from a file's text to the violations in it.

Each is used twice: on the tree, and on a planted violation, so that a check that sees nothing is noticed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "jichi"

# Lowest first; a room may use those before it.
ROOMS = (
    "methods",
    "ui",
    "city",
    "office",
    "directory",
    "sheets",
    "plan",
    "figures",
    "undertakings",
    "voices",
    "evaluation",
    "consultations",
    "site",
    "config",
)

LONGEST_FILE = 400

DEFERRED_REASONS = {
    "start-up": "the program's --help must not load Django",
    "django": "needs the apps to be ready",
    "cycle": "two modules of one room that need each other",
    "optional": "a library or room that need not be there",
}

# Besides models, queries and services these files of `city` are where the trail and viewers live.
_WITH_ROWS = {"models", "queries", "services", "management", "migrations"}
_WITH_ROWS_FILES = {
    "city/access.py",
    "city/demo.py",
    "city/invitations.py",
    "city/readers.py",
    "city/seal.py",
    "city/trail.py",
    "city/viewers.py",
    "city/reach.py",
}

GETTEXT = {
    "_",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
}


def python_files() -> Iterator[tuple[str, str]]:
    """Every Python file of the package with its path below it."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")


def template_files() -> Iterator[tuple[str, str]]:
    """Every template of the package with its path below it."""
    for path in sorted(PACKAGE.rglob("templates/**/*")):
        if path.is_file():
            yield path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")


@lru_cache(maxsize=2000)  # each rule looks at the same files
def _nodes(text: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(text)))


# --- Python ------------------------------------------------------------------------------------------------


def _may_hold_rows(path: str) -> bool:
    parts = PurePosixPath(path).parts
    names = {*parts[:-1], *PurePosixPath(path).stem.split("_")}
    return bool(names & _WITH_ROWS) or path in _WITH_ROWS_FILES


def managers(path: str, text: str) -> list[str]:
    """``.objects`` outside models, queries and services: rows are read by the viewer's queries only."""
    if _may_hold_rows(path):
        return []
    return [
        f"{path}:{node.lineno}: .objects belongs to models, queries and services"
        for node in _nodes(text)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}
    ]


def utility_modules(path: str, text: str) -> list[str]:
    """A module that is called by what it is not about."""
    stem = PurePosixPath(path).stem
    return [f"{path}: say what the module is about"] if stem in {"utils", "util", "helpers", "misc"} else []


def long_files(path: str, text: str) -> list[str]:
    """Files that should be a folder of the same name."""
    lines = text.count("\n")
    if lines <= LONGEST_FILE or "/migrations/" in path:
        return []
    return [f"{path}: {lines} lines; make a folder of the same name"]


def signals(path: str, text: str) -> list[str]:
    """Django's signals: what must happen because of an act reads the audit trail."""
    found = []
    for node in _nodes(text):
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("signals"):
            found.append(f"{path}:{node.lineno}: no signals; read the audit trail instead")
        if isinstance(node, ast.ImportFrom) and node.module == "django.dispatch":
            found.append(f"{path}:{node.lineno}: no signals; read the audit trail instead")
    return found


def deferred_imports(path: str, text: str) -> list[str]:
    """Imports inside functions give a reason from the closed list."""
    lines = text.splitlines()
    found = []
    for outer in _nodes(text):
        if not isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(outer):
            if isinstance(node, ast.Import | ast.ImportFrom):
                comment = re.search(r"# deferred: ([a-z-]+)", lines[node.lineno - 1])
                if comment is None or comment.group(1) not in DEFERRED_REASONS:
                    found.append(f"{path}:{node.lineno}: a deferred import needs '# deferred: <reason>'")
    return sorted(set(found))


def formatted_messages(path: str, text: str) -> list[str]:
    """f-strings, ``.format`` and ``%`` inside gettext: the catalogue would never find them."""
    found = []
    for node in _nodes(text):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in GETTEXT or not node.args:
            continue
        for argument in node.args:
            if isinstance(argument, ast.JoinedStr | ast.BinOp) or (
                isinstance(argument, ast.Call) and getattr(argument.func, "attr", "") == "format"
            ):
                found.append(f"{path}:{node.lineno}: format after translation, with named places")
    return found


def labels_in_migrations(path: str, text: str) -> list[str]:
    """Choices and labels in migrations: words must make no migration."""
    if "/migrations/" not in path:
        return []
    return [
        f"{path}:{node.value.lineno}: {node.arg} must not stand in a migration"
        for node in _nodes(text)
        if isinstance(node, ast.keyword) and node.arg in {"choices", "help_text", "verbose_name"}
    ]


# --- templates ---------------------------------------------------------------------------------------------

_INLINE = (
    (re.compile(r"<[^>]*\sstyle\s*=", re.I), "inline style is refused by the content policy"),
    (re.compile(r"<style\b", re.I), "a <style> body is refused by the content policy"),
    (
        re.compile(r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", re.I),
        "an on… handler is refused by the content policy",
    ),
    (
        re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=[\"']application/(ld\+)?json)", re.I),
        "no script body",
    ),
    (
        re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//(?!.*rel=)[^\"'{]+\.(?:js|css|woff2?)", re.I),
        "no CDN",
    ),
)


def inline_code(path: str, text: str) -> list[str]:
    """Inline script or style, and files from elsewhere, in a template."""
    text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.S)
    return [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {why}"
        for pattern, why in _INLINE
        for match in pattern.finditer(text)
    ]


def tag_libraries() -> dict[str, str]:
    """Our template tag libraries and the room each belongs to."""
    return {path.stem: path.relative_to(PACKAGE).parts[0] for path in PACKAGE.glob("*/templatetags/*.py")}


def template_rooms() -> dict[str, str]:
    """Every template by the name it is loaded with, and the room it lies in."""
    return {name.partition("/templates/")[2]: name.split("/")[0] for name, _ in template_files()}


def _rank(room: str) -> int:
    return ROOMS.index(room)


def template_references(
    path: str, text: str, *, libraries: dict[str, str], templates: dict[str, str]
) -> list[str]:
    """``extends``, ``include`` and ``load`` are imports: they go to the same room or a lower one."""
    room = path.split("/")[0]
    found = []
    for match in re.finditer(r"\{%-?\s*(extends|include|load)\s+([^%]*?)-?%\}", text):
        verb, rest = match.groups()
        if verb == "load":
            names = rest.partition(" from ")[2].split() if " from " in rest else rest.split()
            targets = [libraries[name] for name in names if name in libraries]
        else:
            literal = re.match(r"[\"']([^\"']+)[\"']", rest.strip())
            # The page's frame is given by name from the room that joins all: every room may extend it.
            targets = [templates[literal.group(1)]] if literal and literal.group(1) in templates else []
        line = text.count("\n", 0, match.start()) + 1
        found += [
            f"{path}:{line}: {verb} of {target} from {room}"
            for target in targets
            if _rank(target) > _rank(room)
        ]
    return found


# --- the repository ----------------------------------------------------------------------------------------

# Written in pieces, so that this file does not find itself.
_WORKPLACE = re.compile(
    "|".join(["/wo" + "rk/", "/fa" + "rm/", "/tmp/" + "jc", r"/tmp/bash" + "_jobs", r"\.lib" + "rary/"])
)


def workplace_paths(path: str, text: str) -> list[str]:
    """Paths of whatever machine the code was written on."""
    return [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()}"
        for match in _WORKPLACE.finditer(text)
    ]


def hosts_in_locks(path: str, text: str) -> list[str]:
    """A lock names versions and hashes, never where packages come from."""
    found = [f"{path}: a host is named"] if "://" in text or "--index-url" in text else []
    for block in re.split(r"\n(?=[a-zA-Z0-9])", text):
        if "==" in block and "--hash=sha256:" not in block:
            found.append(f"{path}: {block.splitlines()[0]} has no hash")
    return found


COPYLEFT = re.compile(r"\b(A?GPL|Affero|GNU General Public)", re.I)
WEAK = re.compile(r"\bLGPL|Lesser General Public", re.I)


def refused_licence(name: str, licence: str) -> list[str]:
    """GPL and AGPL among what is installed. LGPL libraries are used unchanged, which it allows."""
    without_weak = WEAK.sub("", licence)
    return [f"{name}: {licence}"] if COPYLEFT.search(without_weak) else []
