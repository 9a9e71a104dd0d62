"""What a person wears or holds to be measured by, as read from one picture: printed sheets, a phone at the chest."""
