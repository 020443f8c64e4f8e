"""How the tables came to be; run as a job, never by a serving process."""
