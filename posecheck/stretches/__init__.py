"""Definitions of stretches: their files, the ranges of their angles, profiles that change these, and the checks."""
