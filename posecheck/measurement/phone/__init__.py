"""What phones at the chest and at the pelvis tell of the turns, the lean and the side-bend."""
