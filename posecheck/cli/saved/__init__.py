"""Commands that work on results saved before."""
