#!/bin/sh
# Each time that the events have settled while the root is missing: maps that no event has made.
@LIBDIR@/sweep >/dev/null
