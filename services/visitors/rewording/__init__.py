"""When names are spelt by newer rules: whoever is known already is found by them too."""
