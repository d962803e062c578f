"""The world of watchtowers: how much may happen, who may try what, and how a search and a
reader see it. No rule stands here."""
