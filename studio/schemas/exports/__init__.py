"""Records of what leaves the studio. They are written into the exported folders themselves, and read there again."""
