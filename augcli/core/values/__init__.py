"""Plain values that know nothing else of augcli: facts, matrices, resources, outcomes."""
