"""From readings to judgement: levels, events, sessions, and the verdict on a whole recording."""
