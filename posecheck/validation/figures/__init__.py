"""The figures of a validation: clocks brought together, agreement, intervals, limits passed or missed."""
