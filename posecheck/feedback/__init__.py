"""The words and states that a person reads or hears, made from codes and numbers in the reader's language."""
