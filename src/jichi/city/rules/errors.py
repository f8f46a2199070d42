"""Why there is no rule for a day."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _

from jichi.city.errors import JichiError


class RuleProblem(JichiError):
    """No rule of that key holds on that day, as far as was known then."""

    def __init__(self, key: str, on: datetime.date, sentence: str) -> None:
        self.key, self.on = key, on
        super().__init__(sentence % {"key": key, "day": on.isoformat()})


class RuleUnknown(RuleProblem):
    """There never was a rule of that key, or nobody knew of it yet."""

    def __init__(self, key: str, on: datetime.date) -> None:
        super().__init__(key, on, _("There is no rule “%(key)s” (asked for %(day)s)."))


class RuleNotYet(RuleProblem):
    """The first rule of that key comes into force later."""

    def __init__(self, key: str, on: datetime.date) -> None:
        super().__init__(key, on, _("The rule “%(key)s” was not yet in force on %(day)s."))


class RuleRepealed(RuleProblem):
    """The last rule of that key had ended."""

    def __init__(self, key: str, on: datetime.date) -> None:
        super().__init__(key, on, _("The rule “%(key)s” was no longer in force on %(day)s."))
