"""What people do with series: make them, change them, call them off."""
