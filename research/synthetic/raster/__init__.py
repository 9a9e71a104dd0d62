"""From meshes to pixels: camera and the painter's algorithm."""
