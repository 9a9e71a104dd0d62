"""Who is in place: comings and goings, other people, and spells in which an angle cannot be judged."""
