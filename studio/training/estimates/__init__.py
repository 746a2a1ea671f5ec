"""What a run would take, told from the sizes of the matrices alone. Imports `models` and `training`, never services."""
