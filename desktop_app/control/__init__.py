"""What the user wants goes to the engine as a job; what comes back goes to the pages."""
