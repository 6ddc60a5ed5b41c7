# What must hold of maps and state files whatever was done to them, and the ground on which that is tried. Each function prints what
# is wrong, or nothing.

# pair_of_units: two LIO units of three paths; their WWIDs in one and two.
pair_of_units() {
  san_lio one 32M 3
  san_lio two 32M 3
  pretend_udevd
  one=$(lio_wwid one) two=$(lio_wwid two)
}
lio_wwid() { sed 's/^naa\./3/' "/sys/block/$(path_disk "$1" 0)/device/wwid"; }

# map_names: of all device-mapper devices.
map_names() { dmsetup info -c --noheadings -o name 2>/dev/null | grep -v '^No devices'; }

# remove_maps: all of them, by force and without a wait for udev, those that others stand on in a second round.
remove_maps() {
  local map pass
  for pass in 1 2; do for map in $(map_names); do dmsetup remove --noudevsync --force "$map" >/dev/null 2>&1; done; done
}

# suspended: maps that are.
suspended() { dmsetup info -c --noheadings -o name,suspended | grep -i ':suspended'; }

# tableless: maps without a live table.
tableless() { local map; for map in $(map_names); do [ -n "$(dmsetup table "$map")" ] || echo "$map"; done; }

# shared_paths: paths that are in two multipath maps.
shared_paths() { dmsetup table --target multipath | grep -oE ' [0-9]+:[0-9]+ ' | sort | uniq -d; }

# cut_short [WWID]: lines of the state files that are neither comment nor whole; WWID is the pattern of a WWID.
cut_short() {
  local file wwid=${1:-[^ /]+}
  for file in /etc/multipath/wwids /etc/multipath/bindings; do
    [ -s $file ] || continue
    grep -vE "^#|^/$wwid/\$|^mpath[a-z]+ $wwid\$" $file
    [ -z "$(tail -c 1 $file)" ] || echo "$file ends within a line"
  done
}
