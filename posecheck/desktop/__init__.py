"""The window, the voice and the display of `posecheck live`."""
