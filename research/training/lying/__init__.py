"""People who lie: those that the regressor of the twist on the back is fitted on, and those whose nods are measured."""
