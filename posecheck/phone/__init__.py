"""The page that turns a phone into an instrument at the chest, and the small server that hands it to the phone."""
