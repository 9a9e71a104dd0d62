"""Find one person's landmarks in each picture, follow that person, and keep the landmarks in a file."""
