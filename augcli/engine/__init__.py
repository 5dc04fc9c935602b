"""Runs plans: reads, decodes, executes on the best device, writes, remembers. Everything with an effect meets here."""
