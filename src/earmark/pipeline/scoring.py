"""Has a model judge what was heard."""

import numpy as np

from earmark.model import TagModel
from earmark.types import Heard, TagScore


def scores(model: TagModel, heard: Heard) -> tuple[TagScore, ...]:
    """The model's judgement; what was not heard sits at its training mean."""
    seen = {observation.feature: observation for observation in heard.observations}
    model.check_procedures({name: one.procedure for name, one in seen.items()})
    values = [seen[name].value if name in seen else None for name in model.features]
    return model.scores(np.array([values], dtype=np.float64))[0]
