#!/bin/sh
# Disables queueing, so that I/O to maps without a usable path fails instead of waiting forever.
@SBINDIR@/multipath queue off --all >/dev/null 2>&1
