"""What people say about answers, and what is made of it. The loop from use to the next version shares these records."""
