from . import governance_demo
