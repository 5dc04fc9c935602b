"""Which outputs are to be made: discovery, the plan, partners."""
