"""A programme in the app: how far the visitor is, its steps, opening, changing and handing one on."""
