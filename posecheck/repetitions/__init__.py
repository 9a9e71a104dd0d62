"""Repetitions, their phases, holds and rhythm."""
