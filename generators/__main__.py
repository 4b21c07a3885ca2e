"""Run ``tokenflow generate`` as ``python -m generators``."""

from tokenflow.command import start
from tokenflow.generate import generate

start(generate, "python -m generators")
