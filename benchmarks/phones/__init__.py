"""What phones ask of booking: which rooms are free, what a day looks like, what is mine."""
