"""What is seen. Views emit intent and draw state; only `app` connects them."""
