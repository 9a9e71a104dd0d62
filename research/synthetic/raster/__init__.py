"""From meshes to pictures: camera, materials and the painter's algorithm."""
