"""Analyse one recording from its file to its folder of results, and judge such a folder again."""
