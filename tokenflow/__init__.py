"""The command line; ``tokenflow --help`` lists the commands."""
