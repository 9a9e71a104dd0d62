"""People who lie: who they are, and the regressors of the twist on the back."""
