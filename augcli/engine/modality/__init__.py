"""The modalities, one value each: how a sample is opened, changed and written."""
