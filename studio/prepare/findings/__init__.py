"""One small module for each kind of thing that the data doctor sees. Each looks at all texts and says it in a sentence."""
