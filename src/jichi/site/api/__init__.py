"""The read API, version 1. Everything in it is what anybody may read.

``application`` imports django-ninja, which reads the settings when it is imported: only ``urls`` imports it.
"""
