"""What several file formats share: chunks of RIFF files, and the value that an encoder returns."""
