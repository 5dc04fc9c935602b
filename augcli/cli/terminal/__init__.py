"""What every command shares with the terminal: tables, progress, JSON errors, files written on request."""
