"""How parameters are drawn: keys, chance, fields with their distributions, severities."""
