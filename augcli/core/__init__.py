"""Pure values and rules: no files, no clock, no randomness, no torch. All layers import this; it imports none of them."""
