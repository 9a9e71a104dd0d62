"""The words and states a person reads or hears, made from codes and numbers in the reader's language."""
