"""Demo room: Brindille, a fictional home and garden retailer: its six source systems, its lists, and the truth."""

from chaland.demo.cast import CAST
from chaland.demo.generate import write_demo
from chaland.demo.rates import MessRates

__all__ = ["CAST", "MessRates", "write_demo"]
