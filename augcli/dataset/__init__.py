"""Datasets on disk: walking a folder, detecting file types, reading layouts, writing outputs."""
