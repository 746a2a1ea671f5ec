"""Commands of the loop from use to the next version. Each prints a sentence, or one JSON object."""
