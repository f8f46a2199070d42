"""Structured logs: one JSON object a line on standard error, without personal data.

No address, no account, no query string and no form ever reaches the log; a request is known by its id and the
name of its route.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, TextIO

import structlog

from .environment import Environment, read_environment

PERSONAL = frozenset({"request", "ip", "email", "user", "username", "password", "cookies", "headers", "body"})

# Never with local variables: they hold whatever a person has just typed.
_tracebacks = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=30)
)


def _without_personal_data(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: value for key, value in event.items() if key not in PERSONAL}


def _processors(environment: Environment, stream: TextIO) -> list[structlog.typing.Processor]:
    if environment.log_format == "json":
        return [
            _tracebacks,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    return [
        structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    ]


def configure_logs(environment: Environment | None = None, *, stream: TextIO | None = None) -> None:
    """Send structlog and the standard library's loggers through one formatter."""
    environment = environment or read_environment()
    stream = stream or sys.stderr
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_personal_data,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_processors(environment, stream),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(environment.log_level)
    # Django logs each 404 with its path; our own middleware logs the route instead.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    logging.getLogger("django.server").setLevel(logging.CRITICAL)
