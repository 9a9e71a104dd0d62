"""What every page uses: language, labels, theme, navigation, privacy, the pose model."""
