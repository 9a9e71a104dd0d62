"""How a recording was edited: shots, cuts within one still camera, split screens."""
