"""The pipeline file: its model, settings and overrides, and the messages about its mistakes."""
