"""Mark the moment that angles are counted from, by its picture or on the curve."""
