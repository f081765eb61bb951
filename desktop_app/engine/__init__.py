"""The engine: folders in, a trained and exported classifier out. It never imports Qt."""
