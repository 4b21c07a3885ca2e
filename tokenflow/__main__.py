"""Run the command line: ``python -m tokenflow``."""

from tokenflow.cli import main

main()
