"""What every protocol shares: parties and units, refusals, the main chain, the clock, the record.

Read ``protocol.py`` first: it says what a protocol has to be so that every checker works on it.
"""
