from . import governance_adopt
from . import governance_decide
