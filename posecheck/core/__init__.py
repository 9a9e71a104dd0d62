"""Shared types and tools that know no body and no rule: frames, landmarks, poses, reasons, errors, texts."""
