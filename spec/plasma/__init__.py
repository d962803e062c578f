"""The Plasma family: side chains from which everybody can leave. `mvp` is the first of them."""
