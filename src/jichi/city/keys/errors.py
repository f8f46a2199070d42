"""What can be wrong with a key, or with what is to be opened by it."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.utils.translation import gettext as _

from jichi.city.errors import JichiError


class KeyProblem(JichiError):
    """A key outside the database cannot be used; the message says which and what to do."""


class KeyMissing(KeyProblem):
    """The database knows a key that the folder of keys does not hold. No other is made in its place."""

    def __init__(self, purpose: str, version: int, folder: Path) -> None:
        self.purpose, self.version = purpose, version
        text = _(
            "The key “%(name)s” is not in %(folder)s, and this database needs it. "
            "Put the folder of keys that belongs to this database there."
        )
        super().__init__(text % {"name": f"{purpose}-{version}", "folder": folder})


class KeyWrong(KeyProblem):
    """The folder holds a key of that name, but not the one this database was written with."""

    def __init__(self, purpose: str, version: int, folder: Path) -> None:
        self.purpose, self.version = purpose, version
        text = _(
            "The key “%(name)s” in %(folder)s is not the one of this database. Nothing was written with it. "
            "Put the folder of keys that belongs to this database there."
        )
        super().__init__(text % {"name": f"{purpose}-{version}", "folder": folder})


class KeyDestroyed(KeyProblem):
    """The key of this subject was destroyed: what it sealed can never be opened again."""

    def __init__(self, subject: uuid.UUID) -> None:
        self.subject = subject
        super().__init__(_("The key of this person's details was destroyed; they can no longer be read."))


class Damaged(KeyProblem):
    """What is to be opened was changed, cut off, or sealed for another place."""

    def __init__(self) -> None:
        super().__init__(_("What is stored here was changed or is not complete; it cannot be opened."))


class NotForThisKey(KeyProblem):
    """A sealed file is for the holder of another key."""

    def __init__(self) -> None:
        super().__init__(_("This file was sealed for another key; only its holder can open it."))
