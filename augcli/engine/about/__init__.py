"""What augcli says of itself: catalogue, schema, reference, doctor."""
