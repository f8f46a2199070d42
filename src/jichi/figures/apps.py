from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """What was measured."""

    name = "jichi.figures"
    label = "figures"
    default_auto_field = "django.db.models.BigAutoField"
