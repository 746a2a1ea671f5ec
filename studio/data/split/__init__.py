"""The split into training, validation and exam parts by groups. Imports `data.duplicates` and `data.checks.pairs`."""
