"""People who sit on the floor and turn with a hand behind them, and what is fitted to them alone."""
