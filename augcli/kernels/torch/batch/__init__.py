"""How a batch lies in memory and how it is cut into chunks; knows nothing of images or audio."""
