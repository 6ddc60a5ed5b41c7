#!/bin/sh
# Before the first event: loads the dm-multipath module and creates the state directory.
if ! @LIBDIR@/switched-off; then
    mkdir -p -m 0700 /run/multipath
    modprobe -q dm-multipath
fi
