"""Labels that travel with a sample, and how they are mixed when samples are."""
