"""Live judgement of people whose own browser finds their pose: its page, its connection and the processes behind it."""
