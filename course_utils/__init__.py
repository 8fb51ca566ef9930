"""Reference implementation and teaching tools of the course (see README.md for the map)."""
