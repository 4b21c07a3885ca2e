"""The directory of people and the role rule."""
