"""Shared types and tools without joint angles or rules: frames, landmarks, poses, reasons, errors and translation."""

__version__ = "0.1.0"
"""The version of posecheck, which result files name."""
