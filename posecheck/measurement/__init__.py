"""Which readings are trusted, the neutral they are measured from, how they are filtered, and how fast they change."""
