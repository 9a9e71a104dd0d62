"""A programme: several stretches in order, with repetitions, holds, pauses and the limits of one person.

A programme is one TOML file. programme.py defines it, rules.py holds it to the safety rules, library.py reads and
finds it, code.py carries it in a QR code, sitting.py follows somebody through it, and week.py counts days. Nothing here
stores anything: history/ keeps what was done.
"""
