"""The outbox: mail that is written down with the act it belongs to and sent by the worker afterwards."""

from .courier_services import Courier, deliver_due
from .queries import messages_for, undelivered_for
from .services import forget_messages, post, try_again

__all__ = [
    "Courier",
    "deliver_due",
    "forget_messages",
    "messages_for",
    "post",
    "try_again",
    "undelivered_for",
]
