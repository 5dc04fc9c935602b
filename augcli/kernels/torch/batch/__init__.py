"""How a batch is laid out in memory and cut into chunks; knows nothing about images or audio."""
