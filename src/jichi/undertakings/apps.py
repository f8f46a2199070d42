from django.apps import AppConfig


class UndertakingsConfig(AppConfig):
    """What was taken on: who asked for what, whether it was adopted, who answers by when."""

    name = "jichi.undertakings"
    label = "undertakings"
    default_auto_field = "django.db.models.BigAutoField"
