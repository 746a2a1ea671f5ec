"""Records about who works here. What they own and share stands with the project, by the id of an account."""
