"""What everything else stands on: faults, files, time, words of a verdict, processes."""
