"""How far readings are from the truth on rendered people, in the usual look and in a second one."""
