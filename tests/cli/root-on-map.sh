#!/bin/bash
# udev/root-on-map, which keeps the root off a single path, with a host that is made of folders: /sys/class/block,
# and programs that change it as the real ones do. Run by dash where it is there, as the initramfs' shell has no more than POSIX.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
host=$(mktemp -d)
trap 'rm -rf "$host"' EXIT
shell=$(command -v dash || echo sh)
mkdir "$host/bin"
sed "s,@SBINDIR@,$host/bin,; s,@LIBDIR@,$host/bin,; s,^blocks=.*,blocks=$host/sys,; s,/dev/console,$host/console,g; s,/dev/,$host/dev/,g" \
  udev/root-on-map >"$host/root-on-map"
sed "s,/proc/cmdline,$host/cmdline," udev/switched-off >"$host/bin/switched-off"
chmod +x "$host/bin/switched-off"
program() { { echo "#!/bin/sh"; echo "sys=$host/sys dev=$host/dev asked=$host/asked"; echo 'echo "${0##*/} $*" >>$asked'; cat; } >"$host/bin/$1"; chmod +x "$host/bin/$1"; }

program multipath <<'END'
[ "$1 $2" = "-u --at-boot" ] || exit 1
claim=$(cat "$sys/../claim" 2>/dev/null || echo known)
set -- "$3" "$sys/$3"/holders/dm-*
case $(cat "$2/dm/uuid" 2>/dev/null) in mpath-*) claim=known ;; esac
case $1,$claim in
  sd*,known) echo 'DM_MULTIPATH_DEVICE_PATH="1"'; echo 'MULTIPATH_KNOWN="1"' ;;
  sd*,new) echo 'DM_MULTIPATH_DEVICE_PATH="1"' ;;
  sd*,[0-9]*)
    echo 'DM_MULTIPATH_DEVICE_PATH="2"'; echo "MULTIPATH_WAIT=\"${claim% *}\""
    # "10 3": the third question finds a second path
    [ "$(grep -c "^multipath -u" $asked)" -lt "${claim#* }" ] || echo new >"$sys/../claim" ;;
  *) echo 'DM_MULTIPATH_DEVICE_PATH="0"' ;;
esac
END
program dmsetup <<'END'
echo "${5%%-*}"
END
# The map takes disks that nobody holds, or nothing at all ($host/no-map).
program sweep <<'END'
[ ! -e "$sys/../no-map" ] || exit 1
[ ! -e "$sys/dm-0" ] || exit 0
[ -e "$sys/dm-7" ] && exit 4
mkdir -p "$sys/dm-7/dm" "$sys/dm-7/slaves" "$sys/dm-7/holders"
echo mpath-3600 >"$sys/dm-7/dm/uuid"
echo root-map >"$sys/dm-7/dm/name"
: >"$dev/mapper/root-map"
for disk in sda sdb; do
  ln -s "../../$disk" "$sys/dm-7/slaves/$disk"
  ln -s ../../dm-7 "$sys/$disk/holders/dm-7"
done
END
# vgchange: -an takes the volume away, -aay makes it on the map where there is one, else on sda.
program lvm <<'END'
case $2 in
  -an)
    [ ! -e "$sys/../in-use" ] || exit 5
    rm -rf "$sys/dm-0" "$sys/sda/holders/dm-0" "$dev/mapper/vg-root" ;;
  -aay)
    below=sda
    [ ! -e "$sys/dm-7" ] || below=dm-7
    mkdir -p "$sys/dm-0/dm" "$sys/dm-0/slaves"
    echo LVM-abc >"$sys/dm-0/dm/uuid"
    echo vg-root >"$sys/dm-0/dm/name"
    ln -s "../../$below" "$sys/dm-0/slaves/$below"
    ln -s ../../dm-0 "$sys/$below/holders/dm-0"
    : >"$dev/dm-0"
    ln -sf ../dm-0 "$dev/mapper/vg-root" ;;
esac
END

# fresh: two disks, no map.
fresh() {
  rm -rf "$host"/{sys,dev,asked,console,no-map,in-use,claim,slept}
  echo "${1-known}" >"$host/claim"
  mkdir -p "$host"/sys/{sda,sdb}/{holders,slaves} "$host/dev/mapper"
  : >"$host/dev/sda" && : >"$host/console" && : >"$host/asked"
}
# root DEVICE: what map_of_root says of it, then its status; a stop of the boot ends it.
root() {
  PATH="$host/bin:$PATH" "$shell" -c '
    panic= ; wait_for_udev() { :; }; sleep() { echo "$1" >>'"$host"'/slept; }; panic() { echo "panic" >>'"$host"'/asked; kill $$; }
    . '"$host"'/root-on-map
    map_of_root "$1"; echo "$?"' sh "$host/dev/$1" 2>/dev/null | sed "s,^$host,," | tr '\n' ' '
}
is() { if [ "$2" = "$3" ]; then echo "ok root-on-map: $1"; else echo "not ok root-on-map: $1"; printf '  # expected: %s\n  # actual:   %s\n' "$2" "$3"; fi; }
asked() { grep -c "^$1" "$host/asked"; }

fresh
is "a disk that is a path: its map is made and mounted instead" "/dev/mapper/root-map 0 " "$(root sda)"
fresh
"$host/bin/sweep" && "$host/bin/lvm" vgchange -aay
is "a volume on the map is mounted as it is" "1 " "$(root mapper/vg-root)"
is "and left alone" "0" "$(asked 'lvm vgchange -an')"
for device in mapper/vg-root dm-0; do
  fresh
  "$host/bin/lvm" vgchange -aay
  is "a volume on a path, $device: the map is made below it" "/dev/mapper/vg-root 0 " "$(root $device)"
  is "a volume on a path, $device: it lies on the map now" "dm-7" "$(ls "$host/sys/dm-0/slaves")"
done
fresh
"$host/bin/lvm" vgchange -aay && touch "$host/no-map"
root mapper/vg-root >/dev/null 2>&1
is "a volume on a path, no map: the boot is stopped, the path is named" "1 1" "$(asked panic) $(grep -c "vg-root is on sda, a single path" "$host/console")"
fresh
"$host/bin/lvm" vgchange -aay && touch "$host/in-use"
root mapper/vg-root >/dev/null 2>&1
is "a volume on a path that cannot be let go: the boot is stopped" "1" "$(asked panic)"
fresh
is "what is not there is nobody's" "1 " "$(root sdx)"

# A unit that is not known.
fresh new
is "a disk of which the plan makes a map: the map is mounted" "/dev/mapper/root-map 0 " "$(root sda)"
fresh new
"$host/bin/lvm" vgchange -aay
is "a volume on it: the map is made below it" "/dev/mapper/vg-root 0 " "$(root mapper/vg-root)"
is "and it lies on the map now" "dm-7" "$(ls "$host/sys/dm-0/slaves")"
fresh new
touch "$host/no-map"
is "no map comes of it: it is mounted as it is" "1 " "$(root sda)"
is "the boot is not stopped, and the console names the path" "0 1" "$(asked panic) $(grep -c "sda: no map was created for its unit" "$host/console")"
fresh new
"$host/bin/lvm" vgchange -aay && touch "$host/no-map"
is "no map comes of it: a volume is activated again on the path" "/dev/mapper/vg-root 0 " "$(root mapper/vg-root)"
is "it lies on the path" "sda" "$(ls "$host/sys/dm-0/slaves")"
fresh new
"$host/bin/lvm" vgchange -aay && touch "$host/in-use"
is "a volume on it that cannot be let go is mounted as it is" "1 0" "$(root mapper/vg-root)$(asked panic)"
fresh "10 3"
is "the only path so far: a second one comes in time" "/dev/mapper/root-map 0 " "$(root sda)"
is "it was waited for no longer than that" 3 "$(wc -l <"$host/slept")"
fresh "4 99"
is "the only path so far: none comes" "1 0" "$(root sda)$(asked panic)"
is "it was waited for as long as was said" 4 "$(wc -l <"$host/slept")"
is "nothing was swept for it" 0 "$(asked sweep)"
fresh no
is "a disk that is no path: mounted at once" "1  0" "$(root sda) $(asked sweep)"
for name in 'a b' 'a;reboot' 'a$(reboot)' "a'b" 'a\x24b' 'a`b`'; do
  fresh new
  "$host/bin/sweep"
  printf '%s\n' "$name" >"$host/sys/dm-7/dm/name"
  : >"$host/dev/mapper/$name" && : >"$host/dev/dm-7"
  is "a map called $name is mounted by its number" "/dev/dm-7 0 " "$(root sda)"
done

# nompath: LVM takes none of several disks with one WWID.
fresh
mkdir -p "$host"/sys/{sda,sdb,sdc}/device "$host/sys/sda/sda1"
echo "naa.6001" | tee "$host"/sys/sd{a,b}/device/wwid >"$host/sys/sdb/device/wwid"
echo "t10.ATA     other" >"$host/sys/sdc/device/wwid"
rm "$host/dev/sda"
PATH="$host/bin:$PATH" "$shell" -c '. '"$host"'/root-on-map; activate_on_paths '"$host"'/dev/lab/root' 2>/dev/null
is "nompath: a volume is activated from one path of each unit" "1" "$(grep -c -- "--devices [^,]*/sda,[^,]*/sda1,[^,]*/sdc --config .* lab$" "$host/asked")"

# What leaves multipath alone.
switches_off() { echo "root=/dev/sda1 $1 quiet" >"$host/cmdline"; "$shell" "$host/bin/switched-off" && echo off; }
for argument in nompath multipath=off rd.multipath=0 rd.multipath=no rd.multipath=off rd_NO_MULTIPATH rd_NO_MULTIPATH=1; do
  is "kernel argument $argument switches multipath off" off "$(switches_off "$argument")"
done
for argument in nompathological multipath=on rd.multipath rd.multipath=1 rd.multipath=default rd_NO_MULTIPATH=0 root=LABEL=nompath '*'; do
  is "kernel argument $argument does not" "" "$(switches_off "$argument")"
done
# The same arguments in the rule, the unit and the page.
for argument in nompath multipath=off rd.multipath=0 rd.multipath=no rd.multipath=off rd_NO_MULTIPATH; do
  is "$argument is a condition of multipath-boot.service" 1 "$(grep -cx "ConditionKernelCommandLine=!$argument" udev/systemd/multipath-boot.service)"
  is "$argument is in multipath-boot(7)" 1 "$(grep -cx ".It Cm $argument" man/multipath-boot.7)"
done

# What local-premount writes is sourced by the scripts behind it.
for map in /dev/mapper/root "/dev/mapper/a b" "/dev/mapper/\$(touch $host/pwned)" "/dev/mapper/\`touch $host/pwned\`" \
  "/dev/mapper/it's;touch $host/pwned" '/dev/mapper/\x20\n"' "'" "''" ""; do
  again=$("$shell" -c '. '"$host"'/root-on-map; printf "ROOT=%s\n" "$(shell_word "$1")" >'"$host"'/param.conf; . '"$host"'/param.conf; printf "%s" "$ROOT"' sh "$map")
  is "ROOT is read back as it was: $map" "$map" "$again"
done
is "and nothing of it is run" "no" "$([ -e "$host/pwned" ] && echo yes || echo no)"
is "local-premount writes it so" "1" "$(grep -c 'shell_word "\$map"' udev/initramfs-tools/local-premount)"
