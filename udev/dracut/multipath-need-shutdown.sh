#!/bin/sh
# Keeps this image for shutdown if the root is on a map: the map outlives the root.
for uuid in /sys/block/dm-*/dm/uuid; do
    [ -e "$uuid" ] || continue
    case "$(cat "$uuid")" in mpath-*) need_shutdown ;; esac
done
