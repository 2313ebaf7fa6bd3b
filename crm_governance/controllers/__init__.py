from . import complaint_portal
from . import portal
from . import rating
