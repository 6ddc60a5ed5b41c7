#!/bin/sh
# Creates maps that events have not created, each time events have settled while the root is
# missing.
@LIBDIR@/sweep >/dev/null
