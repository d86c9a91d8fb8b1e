#!/bin/sh
# Runs QEMU, and again each time that the machine is to go on after it was suspended.
# machine.sh DIRECTORY QEMU...
# The driver makes DIRECTORY/suspended when all of the machine is on disk, and then ends QEMU. This script says DIRECTORY/asleep, and waits until the driver
# takes that away: QEMU is started again, with its processors standing still, for the driver to load the machine.
dir=$1
shift
"$@"
code=$?
while [ -e "$dir/suspended" ] && : >"$dir/asleep"; do
    while [ -e "$dir/asleep" ]; do sleep 1; done
    "$@" -S
    code=$?
done
exit "$code"
