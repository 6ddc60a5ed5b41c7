#!/bin/sh
# I/O to a map without a working path fails from now on, where it would else wait for ever.
@SBINDIR@/multipath queue off --all >/dev/null 2>&1
