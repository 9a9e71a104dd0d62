"""Commands that are killed at random moments: what is left, and whether the next command works.

`python -m tests.support.crashes --n 40 --seed 0` does so with each kind of command.
"""
