"""Rain, snow, fog and light."""
