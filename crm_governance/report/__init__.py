from . import confidentiality
from . import tiers
