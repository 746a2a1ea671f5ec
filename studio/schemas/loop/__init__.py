"""What people say about answers, and what is made of it. The records that the loop from use to the next version shares."""
