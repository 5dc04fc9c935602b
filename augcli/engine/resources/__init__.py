"""What operations look up: images, fonts and texts that the pipeline names, word lists, tone curves."""
