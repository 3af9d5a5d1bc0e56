"""The closed family of service level indicators: events by share, observations by bucket, minutes by condition."""

from generator.domain.slis.base import EventSli, Sli
from generator.domain.slis.quantile import QuantileSli
from generator.domain.slis.ratio import RatioSli
from generator.domain.slis.slices import SlicesSli

__all__ = ["EventSli", "QuantileSli", "RatioSli", "Sli", "SlicesSli"]
