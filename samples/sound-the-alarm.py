#!/usr/bin/env python3
"""Sound the alarm: print a line for the event that comes as JSON on standard input."""
import json
import sys

event = json.load(sys.stdin)
print("ALARM {time} {level:<8} {message} (was {previousLevel})".format(**event))
