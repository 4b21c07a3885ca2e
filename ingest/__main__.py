"""Run ``tokenflow load`` as ``python -m ingest``."""

from tokenflow.command import start
from tokenflow.load import load

start(load, "python -m ingest")
