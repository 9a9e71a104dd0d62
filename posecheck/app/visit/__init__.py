"""What belongs to one visitor: their recording, the running analysis and their health answers."""
