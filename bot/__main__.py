"""`python -m bot` is `roundup`."""

from bot.cli import main

main()
