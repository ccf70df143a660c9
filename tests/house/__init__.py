"""House tests: what holds for the project as a whole."""
