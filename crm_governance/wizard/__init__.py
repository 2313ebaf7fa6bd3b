from . import policy
from . import tiers
