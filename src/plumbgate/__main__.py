"""`python -m plumbgate`: the command line, wherever its script is not on the path."""

from plumbgate.cli import main

main()
