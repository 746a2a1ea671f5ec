"""What people say about answers, on disk. Append-only files in the folder of their project."""
