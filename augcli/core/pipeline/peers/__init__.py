"""What other libraries call our steps and options, and how to write here what was meant there. Imported for hints only."""
