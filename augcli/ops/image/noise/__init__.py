"""Sensor noise and the like."""
