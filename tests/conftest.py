"""What holds for all tests."""

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Who starts the suite in the background of a script hands an ignored Ctrl-C on to it: what is
    # to be stopped by one would then never end.
    signal.signal(signal.SIGINT, signal.default_int_handler)
