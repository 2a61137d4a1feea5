#!/bin/sh
# Sounds the alarm without Python: prints the event that comes as JSON on standard input.
printf 'ALARM '
cat
