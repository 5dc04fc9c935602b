"""What the kernels of both backends share: noise, masks, taps and look-ups, bit for bit the same."""
