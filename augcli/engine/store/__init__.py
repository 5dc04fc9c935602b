"""The state of an output folder as a file: frames with checksums, and the columns of units in them."""
