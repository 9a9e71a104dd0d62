"""Printed sheets on chest and belt: make them, and find them in a picture."""
