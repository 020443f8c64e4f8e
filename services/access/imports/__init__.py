"""People from a company's own list: a CSV file as spreadsheets write it, imported as a whole."""
