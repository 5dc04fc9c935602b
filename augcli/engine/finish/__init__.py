"""The end of a run: documents, manifest, checksums; merging shards; pruning."""
