# Disks whose vendor, product, serial number and identity are hostile (quotes, newlines, escape codes, shell and udev
# substitutions, slashes, 255 bytes), in udevd with our rules and below the initramfs' scripts: nothing is executed, no link leads
# outside its folder, no property is made up, nothing raw is printed, and a path is in one map at most.
# mem: 1536
# timeout: 1200
. "$LAB/lib.sh"
lab_tcmu_ready || { skip "hostile disks" "tcmu_disk is not built"; done_checks; exit; }
modprobe -a dm-multipath dm-service-time
install_rules
mkdir -p /etc/multipath /run/multipath
printf '%s\n' 'defaults {' '  find_multipaths greedy' '  user_friendly_names no' '}' 'devices {' '  device {' '    vendor ".*"' '    product ".*"' '  }' '}' 'blacklist_exceptions {' '  property ".*"' '}' >/etc/multipath.conf

hex() { od -An -v -tx1; }
# page CODE DESIGNATORS: the text of that page, with its length.
page() { printf '00 %s %02x %02x %s\n' "$1" $(($(wc -w <<<"$2") >> 8)) $(($(wc -w <<<"$2") & 255)) "$2"; }
# designator TYPE CODE-SET: of what comes on standard input.
designator() { local bytes; bytes=$(hex | tr '\n' ' '); printf '%02x %02x 00 %02x %s' "$2" "$1" "$(wc -w <<<"$bytes")" "$bytes"; }

owned=/run/lab/owned
: >/run/lab/units
number=0
# disk NAME KIND TEXT [VENDOR PRODUCT]: a unit. KIND: beside (two paths; a NAA identifier, and hostile ones beside it and in page
# 0x80: a map is made), t10, name (SCSI name string), serial (no page 0x83): one path, and an identity that no map can have.
disk() {
  local from=/run/lab/made/$number vendor=${4-HOSTILE} product=${5-DISK}
  mkdir -p "$from"
  { printf '00 00 06 02 1f 00 00 02 '; { printf '%-8.8b' "$vendor"; printf '%-16.16b' "$product"; printf 1.0x; } | head -c 28 | hex; } | tr '\n' ' ' >"$from/inquiry.hex"
  case $2 in
    beside)
      page 83 "$(tcmu_naa_page "600a0b80000f1e2d00000123456789$(printf %02x $number)" | cut -d' ' -f5-) $(printf '%b' "$3" | head -c 120 | designator 1 2) $(
        printf '%b' "$3" | head -c 120 | designator 8 3)" >"$from/pg83.hex"
      page 80 "$(printf '%b' "$3" | head -c 250 | hex | tr '\n' ' ')" >"$from/pg80.hex"
      ;;
    t10) page 83 "$(printf '%b' "$3" | head -c 255 | designator 1 2)" >"$from/pg83.hex" ;;
    name) page 83 "$(printf '%b' "$3" | head -c 255 | designator 8 3)" >"$from/pg83.hex" ;;
    serial) page 80 "$(printf '%b' "$3" | head -c 250 | hex | tr '\n' ' ')" >"$from/pg80.hex" ;;
  esac
  san_tcmu "h$number" "$from" 16M "$([ "$2" = beside ] && echo 2 || echo 1)" || not_ok "$1: the unit comes up"
  echo "$1" >>/run/lab/units
  number=$((number + 1))
}
long=$(printf 'x%.0s' {1..255})
disk "a shell's substitutions and quotes" beside "HOSTILE \$(touch $owned-1)\`touch $owned-2\`;touch $owned-3;&|>$owned-4\"'\\\\\"\$(touch $owned-5)'" '$(id>x)' "\"'\`touch x\`;&|>y"
disk "newlines and escape codes" beside "HOSTILE a\nSYSTEMD_WANTS=evil.service\nDM_MULTIPATH_DEVICE_PATH=0\nEVIL=1\n\033]0;title\007\033[2J\r\b" 'A\nEVIL=1' '\033[2JB\nEVIL=1'
disk "slashes and udev's substitutions" beside 'HOSTILE ../../../../etc/cron.d/evil/../x%k%n%%$env{PATH}$attr{vendor}$devnode%S%p' '../%k%n' '/../$env{PATH}%c'
disk "255 bytes" t10 "HOSTILE $long" "$long" "$long"
disk "quotes and newlines alone" t10 "HOSTILE \"'\n\$(touch $owned-0)\0200\0233\0377" '\0377\0376' '\0233[31m'
disk "a SCSI name" name "naa.\n\$(touch $owned-7)/../x;\"'"
disk "a serial number" serial "S\"'\n\$(touch $owned-8)\033[2J/../%k" 'SERIAL' '$(reboot)'
note "$number units, disks: $(disks | tr '\n' ' ')"
cat >/etc/systemd/system/evil.service <<END
[Service]
ExecStart=/bin/touch $owned-9
END

links_now() { find /dev -type l -printf '%P\n' | LC_ALL=C sort; }
links_now >/run/lab/links
start_udevd all
udevd_settle 600
multipath apply >/dev/null 2>&1
udevd_settle 600
check "udevd is alive" pgrep -x systemd-udevd
check "and has nothing left to do" udevadm settle --timeout=10

nothing_executed() { check_equal "$1: nothing was executed" "" "$(ls -d $owned-* x y /x /y 2>/dev/null)"; }
nothing_executed "events"
# Links of maps are ours and dmsetup's; those of the disks come from rules of systemd and sg3-utils.
outside=$(links_now | LC_ALL=C comm -13 /run/lab/links - | grep -vE '^(block|char|bsg|mapper|disk/by-(id|path|diskseq|uuid|label))/[^/]+$')
of_maps=
for link in $outside; do case $(link_target "$link") in dm-*) of_maps+="$link " ;; esac; done
check_equal "no link of a map outside its folder" "" "$of_maps"
[ -z "$outside" ] || note "links of disks outside their folders, by others' rules: $(for link in $outside; do echo "$link -> $(link_target "$link")"; done)"
# sg_inq --export of sg3-utils prints a SCSI name with its newlines, and its rule imports what it prints: such properties of a disk are
# not ours. None may get to a map.
made_up() { udevadm info --query=property --name="/dev/$1" | grep -aE '^(EVIL|SYSTEMD_WANTS=.*evil)' | sort -u; }
for map in $(cd /sys/block && ls -d dm-* 2>/dev/null); do check_equal "$map: no property is made up" "" "$(made_up "$map")"; done
for disk in $(disks); do [ -z "$(made_up "$disk")" ] || note "$disk: made up, by others' rules: $(made_up "$disk" | tr '\n' ' ')"; done
for disk in $(disks); do
  claim=$(udev_property "$disk" DM_MULTIPATH_DEVICE_PATH)
  holder=$(cd "/sys/block/$disk/holders" && echo *)
  case $claim,$holder in
    1,dm-* | 0,'*') ;;
    *) not_ok "$disk is claimed and in a map, or neither" "claimed: $claim, in: $holder; $(multipath explain "$disk" 2>&1 | head -n 20)" ;;
  esac
done
check_equal "no path is in two maps, no map is broken" "" "$(suspended; tableless; shared_paths)"
maps=$(ls -d /sys/block/dm-* 2>/dev/null | wc -l)
[ "$maps" -ge 3 ] || note "$(multipath -v3 -d 2>&1 | cat -v | head -n 80; multipath check-config)"
note "$maps maps: $(cat /sys/block/dm-*/dm/name | tr '\n' ' ')"
check_equal "the units with a proper identifier have maps, no other has" 3 "$maps"
for map in $(ls -d /sys/block/dm-* 2>/dev/null); do
  name=$(cat "$map/dm/name")
  check_equal "${map##*/}: its name is one safe word" "" "$(LC_ALL=C tr -d 'A-Za-z0-9#+.:=@_\\-' <<<"$name")"
  check_equal "${map##*/}: /dev/mapper leads to it" "${map##*/}" "$(link_target "mapper/$name")"
  for link in $(links_to "${map##*/}"); do check_equal "/dev/$link leads to ${map##*/}" "${map##*/}" "$(link_target "$link")"; done
done

# Nothing raw in what people read. Lines end in LF, and UTF-8 is not part of these texts.
raw() { LC_ALL=C grep -anP '[\x00-\x09\x0b-\x1f\x7f-\xff]' | head -n 3 | cat -v; }
for words in -ll '-v3 -d' 'show maps' 'show paths' 'explain sda' 'plan' 'holders'; do
  # shellcheck disable=SC2086
  check_equal "multipath $words prints nothing raw" "" "$(multipath $words 2>&1 | raw)"
done
check_equal "nor do the files that are kept" "" "$(cat /etc/multipath/* /run/multipath/* 2>/dev/null | raw)"

# --- the initramfs' scripts ---------------------------------------------------------------------------------------------------
mkdir -p /scripts /conf
cat >/scripts/functions <<'END'
resolve_device() { echo "$1"; }
wait_for_udev() { udevadm settle --timeout="$1"; }
panic() { echo "panic: $*"; exit 9; }
END
console=/run/lab/console
: >$console
placed() { lab_placed "$1" | sed "s,/dev/console,$console,g"; }
placed udev/sweep >/usr/lib/multipath/sweep
placed udev/root-on-map >/usr/lib/multipath/root-on-map
for script in local-block local-premount local-bottom; do placed udev/initramfs-tools/$script >/scripts/$script; done
chmod 755 /scripts/local-* /usr/lib/multipath/sweep
check "the sweep succeeds" /usr/lib/multipath/sweep
for disk in $(disks); do
  rm -f /conf/param.conf
  holder=$(cd "/sys/block/$disk/holders" && echo *)
  ROOT=/dev/$disk /scripts/local-block >/run/lab/out 2>&1 || not_ok "local-block: $disk" "$(cat -v /run/lab/out)"
  ROOT=/dev/$disk /scripts/local-premount >/run/lab/out 2>&1 || not_ok "local-premount: $disk" "$(cat -v /run/lab/out)"
  ROOT=/dev/$disk
  [ ! -e /conf/param.conf ] || . /conf/param.conf
  check_equal "local-premount: the root on $disk is mounted from" "${holder/#\*/$disk}" "$(basename "$(readlink -f "$ROOT")")"
done
nothing_executed "scripts of the initramfs"
check_equal "nothing raw on the console" "" "$(raw <$console)"
# A map that somebody else made: its name is what he liked.
dmsetup remove_all >/dev/null 2>&1
udevd_settle 120
disk=$(path_disk h0 0)
dmsetup create --manglename none --uuid mpath-3600 --table "0 8 multipath 0 0 1 1 service-time 0 1 1 $(cat "/sys/block/$disk/dev") 1" -- "\$(touch x)'\"\`touch y\`"
udevd_settle 60
rm -f /conf/param.conf
ROOT=/dev/$disk /scripts/local-premount >/run/lab/out 2>&1
ROOT=none
[ ! -e /conf/param.conf ] || . /conf/param.conf
check_match "a foreign map with a hostile name is mounted by its number" '^/dev/dm-[0-9]+$' "$ROOT"
nothing_executed "a foreign map"
stop_udevd
done_checks
