#!/bin/sh
# Before the root is mounted from a path of a unit that the plan makes a map of: the map is made, and the root's links, or its
# volume, lead there. (A path of a known unit was claimed, so that nothing was found on it.) dracut sources this.
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
