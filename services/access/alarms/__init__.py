"""What security should look at."""
