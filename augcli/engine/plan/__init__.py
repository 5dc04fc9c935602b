"""What is to be made: the job, what was found for it, the sources in a file, and who their partners are."""
