"""Runs in the background: one worker thread, one job at a time. QtCore only."""
