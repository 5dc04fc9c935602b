"""What several operations share when they lower: colours, lattices, overlays, placement, policies, words."""
