from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Who and what is out there: organisations, places and bodies."""

    name = "jichi.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"
