VULGAR = frozenset()
