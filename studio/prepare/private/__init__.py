"""Private details and secrets in texts: patterns that run in linear time, then checksums and the words around."""
