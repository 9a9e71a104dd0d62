"""Which readings are believed, measured from which neutral, filtered, and how fast they move."""
