from . import tiers
from . import confidentiality
