# Names of all kinds: no link leaves the folder that it is meant for, and no part of a name becomes a link of its own.

long=$(printf 'x%.0s' {1..127})
# A name, as the kernel has it, and as libdevmapper and devmap_name spell it.
declare -A spelt=(['mpatha']=mpatha ['a b']='a\x20b' ["q'u\"o"]='q\x27u\x22o' ['50%k%n']='50\x25k\x25n' ['..x..']='..x..'
  ['sda']=sda ['$env{PATH}']='\x24env\x7bPATH\x7d' ['a;id']='a\x3bid' ['ümlaut']='\xc3\xbcmlaut' ['#+-.:=@_']='#+-.:=@_'
  ["$long"]=$long ['a\x20b']='a\x20b' ['-t']=-t)
# What must do no harm all the same.
hostile=('' '..' '../sda' 'a/../../b' 'a b' $'a\nb' '/etc/passwd' '../../etc/x')

# --- devmap_name without dmsetup's rules -----------------------------------------------------------------------------------
rules debian none
for name in "${!spelt[@]}"; do
  fresh systemd
  map 0 "$name" LVM-x
  answer 'devmap_name 253 0' "${spelt[$name]}"
  for action in add change; do
    event $action dm-0
    is "name '${name::20}', $action: a link in /dev/mapper" "mapper/${spelt[$name]}>dm-0" "$(links)"
  done
done
fresh systemd
map 0 x LVM-x
event change dm-0
is "devmap_name fails: no link" "" "$(links)"
answer 'devmap_name 253 0' ''
event change dm-0
is "devmap_name prints nothing: no link" "" "$(links)"
event remove dm-0
is "a map goes: devmap_name is not asked" "" "$calls"

# --- the same with them ------------------------------------------------------------------------------------------------------
for numbering in debian upstream; do for version in 1 2 3; do
  with="$numbering's numbers, version $version"
  rules $numbering $version || { skipped "names, $with" "$newer_reason"; continue; }
  for name in mpatha 'a\x20b' '50\x25k' '..x..' 'ümlaut' "$long"; do
    fresh systemd
    map 0 "$name" mpath-35000c50000000001
    answer 'udev-map 253:0' MPATH_DEVICE_READY=1 DM_TYPE=scsi DM_SERIAL=35000c50000000001
    event change dm-0 DM_COOKIE=0x00600000
    is "name '${name::20}', $with: links in their folders" \
      "disk/by-id/dm-name-$name>dm-0 disk/by-id/dm-uuid-mpath-35000c50000000001>dm-0 disk/by-id/scsi-35000c50000000001>dm-0 mapper/$name>dm-0" "$(links)"
    is "name '${name::20}', $with: devmap_name is not needed" "" "$(grep devmap_name <<<"$calls")"
  done
done; done

# --- /dev/NAME ------------------------------------------------------------------------------------------------------------------
rules debian 2
fresh systemd
map 0 mpatha LVM-x
answer 'devmap_name 253 0' mpatha
event change dm-0 DM_COOKIE=0x00600000
is "/dev/NAME: not unless it is asked for" "disk/by-id/dm-name-mpatha>dm-0 disk/by-id/dm-uuid-LVM-x>dm-0 mapper/mpatha>dm-0" "$(links)"
echo 'KERNEL=="dm-[0-9]*", ENV{DEVMAP_NAME_LINK}="1"' >"$world/udev/rules.d/50-own.rules"
event change dm-0 DM_COOKIE=0x00600000
is "/dev/NAME: asked for" "disk/by-id/dm-name-mpatha>dm-0 disk/by-id/dm-uuid-LVM-x>dm-0 mapper/mpatha>dm-0 mpatha>dm-0" "$(links)"
event change dm-0
is "/dev/NAME: it stays" "disk/by-id/dm-name-mpatha>dm-0 disk/by-id/dm-uuid-LVM-x>dm-0 mapper/mpatha>dm-0 mpatha>dm-0" "$(links)"
event remove dm-0
is "/dev/NAME: it goes with the map" "" "$(links)"
for name in "${!spelt[@]}"; do
  fresh systemd
  disk sda 8:0
  map 0 "$name" LVM-x
  answer 'devmap_name 253 0' "${spelt[$name]}"
  event change dm-0 DM_COOKIE=0x00600000
  expected="/${spelt[$name]}"
  case $name in sda | ..x..) expected= ;; esac
  is "/dev/NAME, '${name::20}': one link, or none where there is something" "${expected:+${expected#/}>dm-0}" "$(links | tr ' ' '\n' | grep -v /)"
done
for name in disk mapper block md log shm by-id fd stdin gpt-auto-root; do
  fresh systemd
  map 0 $name LVM-x
  answer 'devmap_name 253 0' $name
  event change dm-0 DM_COOKIE=0x00600000
  is "/dev/NAME, '$name': never" "" "$(links | tr ' ' '\n' | grep -v /)"
done

# --- what devmap_name never prints -----------------------------------------------------------------------------------------
for version in none 2; do
  rules debian $version
  [ $version = none ] || echo 'KERNEL=="dm-[0-9]*", ENV{DEVMAP_NAME_LINK}="1"' >"$world/udev/rules.d/50-own.rules"
  for name in "${hostile[@]}"; do
    fresh systemd
    disk sda 8:0
    map 0 x LVM-x
    answer 'devmap_name 253 0' "$name"
    event change dm-0 DM_COOKIE=0x00600000
    is "an answer of $(printf %q "$name"), version $version: no link of it" "" "$(links | tr ' ' '\n' | grep -vE '^(mapper/x|disk/by-id/dm-(name|uuid)-[A-Zx-]*)>')"
  done
done
rm -f "$world/udev/rules.d/50-own.rules"
