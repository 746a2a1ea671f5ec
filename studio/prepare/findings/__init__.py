"""One small module for each kind of thing that the data doctor sees: all texts in, a sentence out."""
