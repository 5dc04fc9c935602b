"""What a run keeps and what it reports: journal, ledger, output folder, events, signals, summary."""
