"""One audio format a file, as a value: what it is called, how it is checked, what libsndfile calls it."""
