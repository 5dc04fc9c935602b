"""Published augmentation policies."""
