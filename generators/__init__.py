"""Synthetic data: telemetry of a team, and sign-ins and requests of a web application."""

from generators.incidents import Incident
from generators.plan import Plan, PlanError, SaasPlan
from generators.saas import generate_saas
from generators.telemetry import Generated, generate_telemetry

__all__ = [
    "Generated",
    "Incident",
    "Plan",
    "PlanError",
    "SaasPlan",
    "generate_saas",
    "generate_telemetry",
]
