"""The version of posecheck, which result files name."""

__version__ = "0.1.0"
