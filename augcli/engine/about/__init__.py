"""What augcli says about itself: catalogue, schema, reference, doctor."""
