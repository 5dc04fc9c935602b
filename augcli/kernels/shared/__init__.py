"""Code shared by the kernels of both backends: noise, masks, resampling and look-ups, identical bit for bit."""
