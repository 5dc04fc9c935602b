"""The modalities, one value each: how a sample is opened, augmented and written."""
