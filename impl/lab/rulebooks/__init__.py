"""Which rulebooks there are, and whether one of somebody's own can be worked on."""
