"""Parts of the page of thresholds: left and right apart, and profiles compared with what stands."""
