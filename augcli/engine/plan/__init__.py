"""What a run makes: the job, the inventory of its inputs, the sources in a file, and their partners."""
