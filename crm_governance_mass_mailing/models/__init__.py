from . import governed_models
from . import mailing_trace
