"""What is measured, against which limit, in one run: `make bench`."""
