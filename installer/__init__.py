"""Sets the program up on a machine that has only Python, then starts it or tests it.

Nothing here imports more than the standard library.

orders    carries out what was typed
words     what was typed, as plain data
facts     what must hold for a start, and what the stamp in .venv says holds already
venv      makes .venv hold it
start     becomes the program, or pytest
pip       one pip run, and its failures in plain sentences
system    the libraries and the font that Qt takes from a Debian or Ubuntu system
gpu       whether an NVIDIA GPU is here
associate lets a double click open a project
lock      writes the locks anew (for developers; needs uv)
console   the installer's voice, and how it stops
"""
