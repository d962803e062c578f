"""Campaigns: fuzzing for hours, guided by what is new, with a corpus that stays on disk."""

from impl.lab.campaign.replaying import corpus_test
from impl.lab.campaign.run import campaign

__all__ = ["campaign", "corpus_test"]
