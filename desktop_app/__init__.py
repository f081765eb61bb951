"""Graftwork: image transfer learning on the desktop.

The map of the house. Data flows one way: folder → catalog → backbone → features → head → report → export.
Imports flow one way: ui → jobs, session → engine.

engine   what is computed; plain functions that take data and a Reporter; no Qt
session  what is remembered: settings, paths, the current project; QtCore only
jobs     one worker thread and the runs in it; QtCore only
ui       what is seen: pages that emit intent and draw state; no TensorFlow
control  the user's wishes to jobs, their outcomes to the pages
app      builds everything and connects it
cli      the same engine without a window
"""

__version__ = "0.1.0"
