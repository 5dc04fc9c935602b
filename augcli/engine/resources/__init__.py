"""What operations use besides the sample: images, fonts and texts named in the pipeline, word lists, tone histograms."""
