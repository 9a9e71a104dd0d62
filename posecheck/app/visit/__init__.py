"""What belongs to one visitor: their recording, the analysis at work, their health answers."""
