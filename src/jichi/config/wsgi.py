"""What the production server loads: logs first, then Django."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")

from .logs import configure_logs
from .serving.parent import die_with_parent

configure_logs()
die_with_parent()
application = get_wsgi_application()
