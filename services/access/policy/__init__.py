"""All that decides at a door, held in memory, and the version that proves it fresh."""
