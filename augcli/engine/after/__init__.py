"""What is done with a finished output: verify, replay, explain."""
