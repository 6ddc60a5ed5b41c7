# On the same disks as the packaged multipath: the same WWIDs, tables and listings, and neither reloads what the other made.
# Where we differ on purpose, the unit below says how and why; anything else that differs is a failure.
# disk: qa 32M 2
# mem: 1536
# cpus: 2
# timeout: 500
. "$LAB/lib.sh"

# --- the units ----------------------------------------------------------------------------------------------------------
declare -a names=()
declare -A differs=() why=()

# page DESIGNATOR...: the text of a pg83.hex. Each is "CODESET TYPE HEX", TYPE with the association in its high digit.
page() {
  local words= designator code_set type hex total=0
  for designator; do
    read -r code_set type hex <<<"$designator"
    words+=$(printf '%s %s 00 %02x %s\n' "$code_set" "$type" $((${#hex} / 2)) "$(lab_pairs "$hex")")$'\n'
    total=$((total + 4 + ${#hex} / 2))
  done
  printf '00 83 %02x %02x\n%s' $((total >> 8)) $((total & 255)) "$words"
}
text() { local REPLY; lab_hex "$1"; echo "$REPLY"; }
port='01 94 00000001'                     # a relative target port, which names no unit

# made NAME PAGE [OURS REASON]: a unit with that page 0x83; with OURS, our WWID ("none") is another than theirs.
vendor=IET product=VIRTUAL-DISK
made() {
  local from=/run/lab/made/$1
  busybox mkdir -p "$from"
  tcmu_inquiry "$vendor" "$product" >"$from/inquiry.hex"
  printf '%s\n' "$2" >"$from/pg83.hex"
  tcmu_serial_page "SERIAL-$1" >"$from/pg80.hex"
  names+=("$1")
  [ $# -lt 4 ] || differs[$1]=$3 why[$1]=$4
  san_tcmu "$1" "$from" 32M 2 family=made || not_ok "unit $1 comes up"
}

make_units() {
  made naa3-t10 "$(page "02 01 $(text 'Linux   scsi_debug      9000')" "01 03 3333333000002328" "$port")"
  made naa-d "$(page '01 03 deaddeadbeef0001' "$port")" 3deaddeadbeef0001 "as scsi_id: theirs knows no other NAA"
  made name-naa "$(page "03 08 $(text 'naa.5000C500A1B2C3D4')00000000" "$port")"
  made name-iqn "$(page "03 08 $(text 'iqn.2003-01.org.example:disk1')000000" "$port")"
  made name-eui "$(page "03 08 $(text 'eui.0025385B71B00D01')00000000")"
  made t10-blanks "$(page "02 01 $(text 'ABC     XYZ  12  34     ')")"
  made t10-odd "$(page "02 01 $(text $'ABC     XYZ\n123"q"$x')")" none "a line feed and quotes in a name: theirs takes them as they are"
  made t10-binary "$(page "01 01 $(text 'MSFT    ')0102030405060708")" 14d534654202020200102030405060708 "as scsi_id: theirs makes text of binary bytes"
  vendor=EMC product=SYMMETRIX
  made pre-spc3 "00 83 00 10 60 06 04 80 01 23 45 67 89 ab cd ef 01 23 45 67" 3600604800123456789abcdef01234567 "as scsi_id: theirs does not know the page of before SPC-3"
  vendor=IET product=VIRTUAL-DISK
  made long "$(page "02 00 $(printf '41%.0s' {1..200})" "02 10 $(printf '42%.0s' {1..60})" '01 03 600a0b80000f1e2d0000012345678901')"
  made cut-short "00 83 00 14 01 03 00 10 60 0a 0b 80 00 0f" none "theirs fills up with zeros what the device did not send"
  made reserved-byte "00 83 00 14 01 03 01 10 60 0a 0b 80 00 0f 1e 2d 00 00 01 23 45 67 89 02"
  made uuid "$(page '01 0a 1000a1a2a3a4a5a6a7a8a9aaabacadaeaf01')"
  made md5 "$(page '01 08 00112233445566778899aabbccddeeff')"
  made ports-only "$(page '01 93 500a0b80000f1e2d' "$port")"
  made empty "00 83 00 00"
  made naa6-of-8-bytes "$(page '01 03 600a0b80000f1e2d')"
  made zeros "$(page '01 03 60000000000000000000000000000000')" none "zeros are no identity: two such units would become one"
  made naa2 "$(page '01 03 2001000000000002')"
  made naa5 "$(page '01 03 500a0b80000f1e2e')"
  made eui-8 "$(page '01 02 0025385b71b00d02')"
  made eui-12 "$(page '01 02 0025385b71b00d0200000001')"
  made eui-16 "$(page '01 02 0025385b71b00d020000000200000003')"
  made everything "$(page "02 01 $(text 'ABC     EVERYTHING')" '01 03 3000000000000001' '01 02 0025385b71b00d03' \
    '01 03 2001000000000003' '01 03 500a0b80000f1e2f' '01 03 600a0b80000f1e2d0000012345678904' "$port")"
  made eui-t10-naa3 "$(page "02 01 $(text 'ABC     EUIT10')" '01 03 3000000000000002' '01 02 0025385b71b00d04')"
  made naa2-eui "$(page '01 02 0025385b71b00d05' '01 03 2001000000000005')"
  made two-naa6 "$(page '01 03 600a0b80000f1e2d0000012345678911' '01 03 600a0b80000f1e2d0000012345678912')"
  vendor= product=
  made blank-vendor "$(page '01 03 600a0b80000f1e2d0000012345678913')" 3600a0b80000f1e2d0000012345678913 "with --allow-unlisted; theirs leaves out units of a blank vendor"
}

# saved NAME VENDOR PRODUCT [OURS REASON]: from the collection of pages of real units.
saved() {
  names+=("$1")
  [ $# -lt 5 ] || differs[$1]=$4 why[$1]=$5
  san_tcmu_sample "$1" "$1" 32M 2 vendor="$2" product="$3" family=saved || not_ok "unit $1 comes up"
}
samples_units() {
  saved seagate-sas-disk SEAGATE XYRAID  # 0.14.3 has a row for ^[456], 0.9.4 has none
  saved ibm-2107900 IBM 2107900
  saved nexsan-sataboy2-a NEXSAN SATABoy2
  saved nexsan-sataboy2-b NEXSAN SATABoy2
  saved msft-hyperv Msft "Virtual Disk"
  saved tgt-iscsi IET VIRTUAL-DISK
  saved lio-ramdisk LIO-ORG RAMDISK-MCP
  saved qemu-scsi-hd QEMU "QEMU HARDDISK" 3deaddeadbeef0000 "as scsi_id: theirs knows no NAA d"
}

modprobe -a virtio_scsi dm-multipath dm-service-time scsi_dh_alua
wait_for_disks 2
# All hosts at once and on two processors: the kernel names disks in the order in which their probes end, which is another one
# at each boot. Among paths of equal rank both tools take the order of their places in sysfs.
san_scsi_debug 4 2
san_lio gold 64M 3 alua=yes
san_lio plain 64M 2
san_lio bare1 64M 2 serial=
san_lio bare2 64M 2 serial=
lio_alua_state gold 1 nonoptimized
path_refresh $(unit_disks gold)           # the kernel's own idea of the states, which the packaged tool reads
with_tcmu=yes
lab_tcmu_ready || with_tcmu=no
[ "$with_tcmu" = no ] || make_units
if [ "$with_tcmu" = no ]; then skip "units made of files" "tcmu_disk is not built"
elif [ ! -e "$tcmu_samples/ibm-2107900.pg83.hex" ]; then skip "units from saved pages" "no samples beside the checkout"
else samples_units; fi
pretend_udevd                             # no ID_SERIAL: the packaged tool reads page 0x83 by itself
mkdir -p /etc/multipath
printf 'defaults {\n  find_multipaths no\n}\n' >/etc/multipath.conf
# The packaged tool does not list paths without a vendor at all.
blank_vendor=$([ "$with_tcmu" = no ] || unit_disks blank-vendor | paste -sd"|")
note "$(disks | wc -l) disks"

ours() { multipath --allow-unlisted "$@" 2>/run/lab/ours.err; }
theirs() { packaged-multipath "$@" 2>/run/lab/theirs.err; }

# --- WWIDs --------------------------------------------------------------------------------------------------------------
ours -d -v3 >/run/lab/ours.list
theirs -d -v3 >/run/lab/theirs.list
# wwid_in LIST DISK: its WWID in a list of paths; nothing when the first column is empty.
wwid_in() { awk -v disk="$2" '/^(create|reload|reject)?:/ { exit } { for (i = 2; i <= NF; ++i) if ($i == disk) { if (i > 2) print $1; exit } }' "$1"; }

for disk in $(disks QEMU | head -n 2) $(disks Linux) $(unit_disks gold) $(unit_disks plain); do
  check_equal "WWID of $disk ($(sed 's/ *$//' "/sys/block/$disk/device/model"))" \
    "$(wwid_in /run/lab/theirs.list "$disk")" "$(wwid_in /run/lab/ours.list "$disk")"
done
for name in "${names[@]}"; do
  mapfile -t both < <(unit_disks "$name")
  mine=$(wwid_in /run/lab/ours.list "${both[0]}")
  packaged=$(wwid_in /run/lab/theirs.list "${both[0]}")
  if [ -z "${differs[$name]-}" ]; then
    check_equal "WWID of $name" "${packaged:-none}" "${mine:-none}"
  else
    check_equal "WWID of $name: ${why[$name]}" "${differs[$name]}" "${mine:-none}"
    check "there the packaged tool differs, still" test "$mine" != "$packaged"
  fi
  check_equal "both paths to $name have it" "$mine" "$(wwid_in /run/lab/ours.list "${both[1]}")"
done
bare=$(path_disk bare1 0)
check_equal "units without a serial number get no WWID" none "$(x=$(wwid_in /run/lab/ours.list "$bare"); echo "${x:-none}")"
check_equal "the packaged tool takes them all for one" "$(wwid_in /run/lab/theirs.list "$bare")" \
  "$(wwid_in /run/lab/theirs.list "$(path_disk bare2 0)")"

# Which maps only one of the tools makes, or makes otherwise: by WWID.
for name in "${!differs[@]}"; do
  disk=$(path_disk "$name" 0)
  printf '%s\n%s\n' "$(wwid_in /run/lab/ours.list "$disk")" "$(wwid_in /run/lab/theirs.list "$disk")"
done | grep . | sort -u >/run/lab/different
wwid_in /run/lab/theirs.list "$bare" >>/run/lab/different

# --- tables, listings, and what each tool makes of the other's maps -------------------------------------------------------
# Lines that begin with a name, without those of the maps that differ on purpose. (Of the odd T10 identifiers the packaged
# tool shows pieces, or escapes.)
without_different() {
  awk 'NR == FNR { skip[$1] = 1; next }
       { word = $1; sub(/:$/, "", word) }
       !(word in skip) && word !~ /^(1ABC_XYZ($|\\)|123"|1MSFT_)/' /run/lab/different -
}
# The maps of a listing, each on one line, sorted: ours lists in natural order, the packaged tool by bytes. What was done is
# left out, as the packaged dry run has no word for it.
blocks() {
  sed -E 's/^(create|reload)?: //' |
    awk '/^[^ |`].* (dm-[0-9]+|undef) [^,]*,/ { if (b) print b; b = $0; next } /^size=|^[ |`]/ { b = b "\t" $0; next } END { if (b) print b }' |
    without_different | sort
}
lines() { tr '\t' '\n'; }
tables() { dmsetup table | sed 's/ *$//' | without_different | sort; }
# These two say that they have target port groups but do not report them, so the kernel attaches no handler by itself. Ours
# asks it for "alua" for every unit that says so; the packaged tool takes only what is attached.
silent_groups='360014055b9485a9d4314afc92a5e3b12|36005076307ffc5e3000000000000805c'
same_handler() { sed -E "/^($silent_groups)/s/ 1 alua / 0 /"; }
same_handler_text() { sed -E "/^($silent_groups)/s/hwhandler='1 alua'/hwhandler='0'/"; }
# Address, name and number of each path in the list before the maps.
listed_paths() {
  awk '/^===== / { list = 1; next } list { for (i = 1; i <= 2; ++i) if ($i ~ /^[0-9]+:[0-9]+:[0-9]+:[0-9]+$/) print $i, $(i + 1), $(i + 2) }' | sort -u
}
maps() { dmsetup ls --target multipath | sed '/^No /d'; }
same_text() { check_equal "$1" "$(lines <<<"$2")" "$(lines <<<"$3")"; }

for policy in failover multibus; do
  # Without a daemon the packaged tool takes queueing by no_path_retry back, unless -q says that it may.
  same_text "-d says the same of what is to be created (-p $policy)" \
    "$(theirs -q -d -p $policy | blocks)" "$(ours -d -p $policy | blocks | same_handler_text)"

  theirs -q -p $policy >/run/lab/created.theirs
  their_tables=$(tables)
  same_text "-ll of the packaged tool's maps (-p $policy)" "$(theirs -ll | blocks)" "$(ours -ll | blocks)"
  same_text "-l of the packaged tool's maps (-p $policy)" "$(theirs -l | blocks)" "$(ours -l | blocks)"
  check_equal "-l -v1 of the packaged tool's maps" "$(theirs -l -v1 | without_different | sort)" "$(ours -l -v1 | without_different | sort)"
  check_equal "-ll -v3 begins with a list of paths, each as in the packaged tool's" "" \
    "$(comm -13 <(theirs -ll -v3 | listed_paths) <(ours -ll -v3 | listed_paths) | grep -vwE "${blank_vendor:-none}")"
  check_equal "warnings are on stderr" "" "$(grep -vE '^[^ |`]+( \(.*\))? dm-[0-9]+ |^size=|^[ |`]' <(ours -ll))"
  check_equal "ours has nothing to do on the packaged tool's maps (-p $policy)" "" \
    "$(ours -v1 -p $policy | without_different | grep -vE "^($silent_groups)\$")"
  check_equal "and changed none of them" "$(same_handler <<<"$their_tables")" "$(tables | same_handler)"
  ours -F; theirs -F >/dev/null
  check_equal "all are flushed" "" "$(maps)"

  ours -p $policy >/run/lab/created.ours
  check_equal "the table lines are the same (-p $policy)" "$(same_handler <<<"$their_tables")" "$(tables | same_handler)"
  same_text "so is what was said of it" "$(blocks </run/lab/created.theirs)" "$(blocks </run/lab/created.ours | same_handler_text)"
  same_text "-ll of our maps (-p $policy)" "$(theirs -ll | blocks)" "$(ours -ll | blocks)"
  same_text "-l of our maps (-p $policy)" "$(theirs -l | blocks)" "$(ours -l | blocks)"
  theirs -q -v1 -p $policy >/run/lab/again
  check_equal "the packaged tool has nothing to do on our maps (-p $policy)" "" "$(without_different </run/lab/again)"
  check_equal "nor have we" "" "$(ours -p $policy)"
  theirs -F >/dev/null
  ours -F
  check_equal "the packaged tool flushes our maps" "" "$(maps)"
done

# --- the order of new aliases -------------------------------------------------------------------------------------------
printf 'defaults {\n  find_multipaths no\n  user_friendly_names yes\n}\n' >/etc/multipath.conf
# The units in the order in which they got their aliases. (Each tool makes maps that the other does not: they take aliases, too.)
units_in_order() { awk '!/^#/ && NF == 2 { print $2 }' /etc/multipath/bindings | without_different; }
for tool in theirs ours; do
  rm -f /etc/multipath/bindings
  "$tool" -v0
  units_in_order >"/run/lab/aliases.$tool"
  "$tool" -F >/dev/null
done
check_equal "new aliases are given in the same order" "$(cat /run/lab/aliases.theirs)" "$(cat /run/lab/aliases.ours)"
done_checks
