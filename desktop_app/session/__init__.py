"""What the program remembers: settings, paths, the current project. QtCore only."""
