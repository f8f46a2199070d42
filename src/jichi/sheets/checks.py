"""What ``jichi check`` asks of this room (declared in ``room.py``)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from jichi.manifest import Problem

from .parsing import DefinitionError, parse_definition
from .queries_soundness import files_of_revisions, stored_versions


def forms() -> Iterator[Problem]:
    """Versions of forms that can no longer be read, or are not what was published."""
    for version in stored_versions():
        where = f"form {version.form.key}, version {version.number}"
        try:
            digest = parse_definition(version.definition).digest
        except DefinitionError as error:
            yield Problem(where=where, what=f"cannot be read: {error}", mend="restore the row from a backup")
            continue
        if digest != version.digest:
            yield Problem(
                where=where,
                what="its definition is not the one that was published",
                mend="restore the row from a backup",
            )


def files() -> Iterator[Problem]:
    """Files that answers came in, kept as evidence, whose checksum no longer fits."""
    for revision in files_of_revisions():
        content = bytes(revision.content) if revision.content is not None else b""
        if hashlib.sha256(content).hexdigest() != revision.sha256:
            yield Problem(
                where=f"answers {revision.answer_set_id}, revision {revision.number}",
                what=f"the file {revision.filename or '(without a name)'} is not the one that came in",
                mend="restore the row from a backup",
            )
