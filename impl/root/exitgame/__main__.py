"""`python -m exitgame`."""

from exitgame import main

main()
