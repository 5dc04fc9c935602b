"""Pure values and rules: no files, no clock, no chance, no torch. Everything above imports this; this imports nothing of ours."""
