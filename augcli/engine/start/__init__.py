"""Proposes a first pipeline for a folder: what it contains, and which steps suit it."""
