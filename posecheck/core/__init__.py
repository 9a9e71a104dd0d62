"""Shared types and tools that know no body's angles and no rule: frames, landmarks, poses, reasons, errors, texts."""

__version__ = "0.1.0"
"""The version of posecheck, which result files name."""
