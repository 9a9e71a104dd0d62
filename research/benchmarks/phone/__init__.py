"""Benchmarks of the phone at the chest: its marker alone, and whole recordings of people who hold one."""
