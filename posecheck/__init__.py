"""posecheck: says when a twist or an arch of a back stretch goes past the safe range."""

__version__ = "0.1.0"
