"""How fast people move: fitting the rates that posecheck reads from the picture, and measuring their errors."""
