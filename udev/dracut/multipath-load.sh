#!/bin/sh
# Before the first event: the target, and where runs of multipath leave word for each other.
if ! @LIBDIR@/switched-off; then
    mkdir -p -m 0700 /run/multipath
    modprobe -q dm-multipath
fi
