from . import governance_decide
