"""Labels that travel with a sample: how they are mixed when samples are."""
