"""What several file formats share: the chunks of RIFF files, and the value that an encoder returns."""
