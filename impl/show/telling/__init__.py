"""How parties, actions, times and runs are told, in a terminal and on every page."""
