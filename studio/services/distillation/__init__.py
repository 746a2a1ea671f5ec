"""A teacher answers questions that have no answers; people look at a sample; the answers join the examples."""
