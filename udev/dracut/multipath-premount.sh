#!/bin/sh
# Before the root is mounted from a single path: creates the map if the unit gets one, so that the
# root's links or its logical volume refer to the map. Paths of known units are claimed, so that no
# root is found on them. Sourced by dracut.
multipath_root() (
    wait_for_udev() { udevadm settle --timeout="$1"; }
    panic() { die "$1"; }
    . @LIBDIR@/root-on-map
    ! switched_off || return 0
    device=${root#block:}
    case "$device" in LABEL=* | UUID=* | PARTLABEL=* | PARTUUID=*) device=$(label_uuid_to_dev "$device") ;; esac
    case "$device" in /dev/*) ;; *) return 0 ;; esac
    [ ! -e "$device" ] || map_of_root "$device" >/dev/null
    wait_for_udev 10
    return 0
)
multipath_root
