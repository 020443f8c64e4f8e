"""What a person needs at doors and in an evacuation; known to those who must know."""
