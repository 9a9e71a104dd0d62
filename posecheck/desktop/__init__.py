"""The desktop side of `posecheck live`: its main loop, its window on the screen, and its voice."""
