"""Word lists and word models: synonyms, misspellings, and the nlpaug quarantine."""
