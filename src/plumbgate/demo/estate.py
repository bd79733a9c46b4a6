"""All that there is of one tenant, from which the rows of every table are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.demo.holdings import Holding, hold
from plumbgate.demo.population import Population, populate

if TYPE_CHECKING:
    from plumbgate.demo.plan import Plan


@dataclass(frozen=True, slots=True)
class Estate:
    """One tenant: its plan, its identities and their standing access."""

    plan: Plan
    population: Population
    holdings: tuple[Holding, ...]


def build(plan: Plan) -> Estate:
    """Return the tenant that the plan tells of."""
    population = populate(plan)
    return Estate(plan, population, hold(plan, population))
