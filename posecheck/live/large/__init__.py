"""The live picture for somebody two metres away: a few words in capitals, a frame, a hold ring and a counter."""
