from django.apps import AppConfig


class UiConfig(AppConfig):
    """How things look and answer."""

    name = "jichi.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"
