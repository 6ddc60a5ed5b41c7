# The state and the priority of paths: as the packaged multipath has them, for ALUA states that change at run time, for each
# answer that TEST UNIT READY can get, and for the vendor pages of arrays. Ours by rate_path (the checkers and prioritizers
# alone); where the program lists paths, by that, too.
# mem: 1280
# timeout: 500
. "$LAB/lib.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua
mkdir -p /etc/multipath

# configure [DEFAULTS]: a configuration that admits the units that are made here.
configure() {
  printf 'defaults {\n  find_multipaths no\n%s\n}\ndevices {\n  device {\n    vendor ACME\n    product .\n  }\n}\n' "${1-}" \
    >/etc/multipath.conf
}
configure

# theirs DISK...: "DISK PRIORITY STATE" of each, by the packaged tool: the priority from its list of paths, the state from the
# map that it would make; "-" for its priority -1, which is none.
theirs() {
  pretend_udevd
  packaged-multipath -d -v3 2>/run/lab/theirs.err | awk -v wanted=" $* " '
    /paths list/ { list = 1; next }
    list && index(wanted, " " $3 " ") && !/^[ |`]/ { priority[$3] = $5; next }
    match($0, / sd[a-z]+ +[0-9]+:[0-9]+ +/) {
      split(substr($0, RSTART), word, " ")
      state[word[1]] = word[4] == "i/o" ? word[4] " " word[5] : word[4]
    }
    END { for (disk in priority) print disk, priority[disk] == -1 ? "-" : priority[disk], disk in state ? state[disk] : "(none)" }' | sort
}
# ours DISK...: the same by our checkers and prioritizers.
ours() { rate_path "$@" 2>&1 | awk '{ state = $3; if (state == "i/o") state = state " " $4; print $1, $2, state }' | sort; }

# same NAME DISK...: both say the same.
same() {
  local name=$1
  shift
  check_equal "$name" "$(theirs "$@")" "$(ours "$@")"
}
# is NAME EXPECTED DISK: "PRIORITY STATE" is what it should be.
is() { check_equal "$1" "$3 $2" "$(ours "$3")"; }
# why NAME REGEXP DISK: what our tool says on it.
why() { check_match "$1" "$2" "$(rate_path "$3" 2>&1)"; }

if ! command -v rate_path >/dev/null; then
  skip "states and priorities" "rate_path is not built"
  done_checks
  exit
fi

# --- ALUA ---------------------------------------------------------------------------------------------------------------
san_lio alua 64M 3 alua=yes vendor=ACME product=ALUA
mapfile -t alua < <(unit_disks alua)
second=${alua[1]}
kernel_says() { rate_path "$second" >/dev/null; [ "$(cat "/sys/block/$second/device/access_state")" = "$1" ]; }
group_number() { rate_path "$second" | sed -n 's/.* group=\([^ ]*\) .*/\1/p'; }
check "the kernel's handler keeps the access state" wait_for 20 test -e "/sys/block/$second/device/access_state"
check_match "so the priority is sysfs', and the checker tur" ' tur sysfs ' "$(rate_path "$second")"
check_equal "the port group of the path is found" 2 "$(group_number)"

# state of LIO, the kernel's word for it, PRIORITY STATE
while read -r state word expected; do
  lio_alua_state alua 1 "$state"
  wait_for 20 kernel_says "$word" || note "the kernel has $(cat "/sys/block/$second/device/access_state"), not $word"
  is "$state, by sysfs" "$expected" "$second"
  same "$state: as theirs, by sysfs" "${alua[@]}"
  configure "  detect_prio no
  prio alua"
  is "$state, by REPORT TARGET PORT GROUPS" "$expected" "$second"
  same "$state: as theirs, by REPORT TARGET PORT GROUPS" "${alua[@]}"
  configure
done <<'END'
nonoptimized active/non-optimized 10 ready
standby standby 1 ghost
unavailable unavailable 0 faulty
optimized active/optimized 50 ready
END

lio_alua_state alua 1 transitioning
configure "  detect_prio no
  prio alua"
is "transitioning" "0 i/o pending" "$second"
check_equal "transitioning: a failure in the packaged release; here it is not over yet" faulty "$(theirs "$second" | cut -d' ' -f3)"
configure
lio_alua_state alua 1 optimized
check "and back" wait_for 90 kernel_says active/optimized

lio_alua_state alua 1 nonoptimized
lio_alua_preferred alua 1 1
configure "  detect_prio no
  prio alua"
is "preferred adds 80" "90 ready" "$second"
same "preferred: as theirs" "${alua[@]}"
lio_alua_state alua 1 optimized
is "but not to what is optimized" "50 ready" "$second"
configure "  detect_prio no
  prio alua
  prio_args exclusive_pref_bit"
is "unless the preferred bit is to be exclusive" "130 ready" "$second"
same "exclusive_pref_bit: as theirs" "${alua[@]}"
configure
lio_alua_preferred alua 1 0

# A port that its target has taken offline refuses all commands.
{ read -r _ && read -r lun; } <"$lab_san/alua/path1"
echo 1 >"$lun/alua_tg_pt_offline"
check_equal "an offline port: theirs has it faulty" faulty "$(theirs "$second" | cut -d' ' -f3)"
why "an offline port refuses INQUIRY, too" 'not ready 04/12' "$second"
check_match "and our listing has it faulty" "$second .*faulty" "$(multipath -d -v3 2>/dev/null)"
echo 0 >"$lun/alua_tg_pt_offline"
path_offline "$second"
check_equal "a disk that the kernel has offline is faulty" faulty "$(multipath -d -v3 2>/dev/null | awk -v disk="$second" '$3 == disk { print $7 }')"
check_equal "and theirs does not rate it" "" "$(theirs "$second" | cut -d' ' -f3)"
path_running "$second"

# The groups of the map follow.
pretend_udevd
multipath >/dev/null 2>&1
groups() { "$1" -ll 2>/dev/null | sed -n 's/.*policy=.* prio=\([0-9-]*\) .*/\1/p' | paste -sd' '; }
lio_alua_state alua 1 nonoptimized
wait_for 20 kernel_says active/non-optimized
multipath >/dev/null 2>&1
check_equal "the priorities of the groups" "$(groups packaged-multipath)" "$(groups multipath)"
check_match "follow the state" '(^| )10($| )' "$(groups multipath)"
lio_alua_state alua 1 optimized
wait_for 20 kernel_says active/optimized
multipath -F >/dev/null 2>&1

# --- LIO's own name, which has a row in the hardware table ---------------------------------------------------------------
san_lio plain 32M 2 vendor=LIO-ORG product=PLAIN
mapfile -t plain < <(unit_disks plain)
note "$(rate_path "${plain[0]}")"
same "and its states are theirs" "${plain[@]}"

# --- what TEST UNIT READY gets ---------------------------------------------------------------------------------------------
made=/run/lab/made/turs
mkdir -p "$made"
tcmu_inquiry ACME DISK >"$made/inquiry.hex"
tcmu_naa_page 600a0b80000f1e2d0000012345670001 >"$made/pg83.hex"
tcmu_serial_page SERIAL1 >"$made/pg80.hex"
if ! san_tcmu turs "$made" 32M 2 family=turs; then
  skip "states by answers" "tcmu_disk is not built"
  done_checks
  exit
fi
disk=$(path_disk turs 1)
both=("$(path_disk turs 0)" "$disk")
is "a plain disk is ready, priority const" "1 ready" "$disk"
while read -r behaviour expected; do
  tcmu_behave turs 1 "tur ${behaviour//_/ }"
  is "tur: ${behaviour//_/ }" "1 $expected" "$disk"
  [ "$behaviour" = sense_5_25_0 ] || [ "$behaviour" = sense_2_4_a ] || same "tur: ${behaviour//_/ }: as theirs" "${both[@]}"
done <<'END'
sense_2_4_b ghost
sense_2_4_a i/o pending
sense_2_4_c faulty
sense_2_3a_0 faulty
sense_6_29_0_times_2 ready
sense_6_29_0 faulty
sense_5_25_0 disconnected
recovered ready
status_18 ready
status_08 faulty
raw-sense_72_02_04_0b_00_00_00_00 ghost
END
tcmu_behave turs 1 'tur sense 5 25 0'
note "LUN not supported: theirs is '$(theirs "$disk" | cut -d' ' -f3)', ours disconnected"
tcmu_behave turs 1 ''

# --- the other checkers ----------------------------------------------------------------------------------------------------
for checker in readsector0 directio; do
  configure "  detect_checker no
  path_checker $checker"
  same "$checker: a good disk" "${both[@]}"
  tcmu_behave turs 1 'read sense 3 11 0'
  is "$checker: a medium error" "1 faulty" "$disk"
  same "$checker: a medium error, as theirs" "${both[@]}"
  tcmu_behave turs 1 'tur sense 2 4 b'
  is "$checker does not look at TEST UNIT READY" "1 ready" "$disk"
  same "$checker: as theirs" "${both[@]}"
  tcmu_behave turs 1 ''
done
configure "  detect_checker no
  path_checker hp_sw
  prio hp_sw"
same "hp_sw: a good disk" "${both[@]}"
is "hp_sw: a good disk has 4" "4 ready" "$disk"
tcmu_behave turs 1 'tur sense 2 4 2'
is "hp_sw: standby has 2" "2 ghost" "$disk"
same "hp_sw: standby, as theirs" "${both[@]}"
tcmu_behave turs 1 'vpd:80 sense 5 24 0'
is "hp_sw: without page 0x80 the checker cannot tell" "- faulty" "$disk"
tcmu_behave turs 1 ''
configure "  path_checker none"
tcmu_behave turs 1 'tur sense 2 4 3'
is "none asks nothing" "1 ready" "$disk"
tcmu_behave turs 1 ''

# --- prioritizers that need no array ---------------------------------------------------------------------------------------
for arguments in "devname ${both[0]} 20 ${both[1]} 30" "hbtl .:.:.:. 5" "hbtl ^$(hctl "$disk")\$ 7" "serial SERIAL 9" \
  "wwn undef 3" "devname nosuch 5" "devname sd(x 5 sd 6"; do
  configure "  prio weightedpath
  prio_args \"$arguments\""
  same "weightedpath $arguments" "${both[@]}"
done
configure "  prio random"
check_match "random is a number from 1 to 10" "^$disk ([1-9]|10) ready" "$(ours "$disk")"
check_equal "and the same again" "$(ours "$disk")" "$(ours "$disk")"
configure "  prio path_latency
  prio_args \"io_num=20 base_num=10\""
check_match "path_latency measures" 'reads took [0-9]+ us' "$(rate_path "$disk")"
check_match "and so does theirs" "^$disk [1-8] ready" "$(theirs "$disk")"
check_match "and ours is in the same range" "^$disk [1-8] ready" "$(ours "$disk")"
configure "  prio iet
  prio_args preferredip=10.0.0.1"
why "a prioritizer that is not there is named in the program's choice" ' const ' "$disk"
configure

# --- arrays ------------------------------------------------------------------------------------------------------------------
# array NAME VENDOR PRODUCT [PAGE]: two paths; PAGE "c9 HEX..." is a vendor page of both.
array() {
  local from=/run/lab/made/$1
  mkdir -p "$from"
  tcmu_inquiry "$2" "$3" >"$from/inquiry.hex"
  tcmu_naa_page "600a0b80000f1e2d00000123456700$(printf %02x ${#1})" >"$from/pg83.hex"
  tcmu_serial_page "SERIAL-$1" >"$from/pg80.hex"
  [ $# -lt 4 ] || printf '%s\n' "${4#* }" >"$from/pg${4%% *}.hex"
  san_tcmu "$1" "$from" 32M 2 family="$1" || not_ok "array $1 comes up"
}
# vendor_page UNIT PATH CODE HEX: that page, of that path only, from now on.
vendor_page() { printf '%s\n' "$4" >"$lab_tcmu/$1-$2/pg$3.hex"; }
zeros() { local i; for ((i = 0; i < $1; ++i)); do printf '00 '; done; }

# rdac FLAGS PREFERENCE [STATE DETAIL OTHER]: page 0xc9
rdac() { echo "00 c9 00 2c 76 61 63 31 $1 $2 ${3:-00} ${4:-00} ${5:-00} $(zeros 35)"; }
array rdacs DELL MD36xxi "c9 $(rdac 01 01)"
mapfile -t rdacs < <(unit_disks rdacs)
check_match "an RDAC array has checker and prioritizer rdac" ' rdac rdac ' "$(rate_path "${rdacs[1]}")"
while read -r flags preference state detail other expected; do
  vendor_page rdacs 1 c9 "$(rdac "$flags" "$preference" "$state" "$detail" "$other")"
  is "rdac $flags $preference $state $detail $other" "$expected" "${rdacs[1]}"
  [ "${expected#- }" != "$expected" ] || same "rdac $flags $preference $state $detail $other: as theirs" "${rdacs[@]}"
done <<'END'
01 01 00 00 00 6 ready
00 02 00 00 00 1 ghost
20 02 00 00 00 9 ready
11 01 03 06 00 - faulty
11 01 0f 00 00 - faulty
11 01 0f 00 0f 6 ready
END
tcmu_behave rdacs 1 'vpd:c9 sense 5 24 0'
check_equal "rdac: without the page theirs has no state" undef "$(theirs "${rdacs[1]}" | cut -d' ' -f3)"
why "rdac: without the page nothing detects it; its row's checker says why" 'faulty rdac .*page 0xc9: illegal request' "${rdacs[1]}"
tcmu_behave rdacs 1 ''

# clariion STATE OWNER ASKED MODE OPERATION: page 0xc0
clariion() {
  echo "00 c0 00 7c $1 $2 00 00 $3 00 60 06 01 60 01 02 03 04 05 06 07 08 09 0a 0b 0c 00 03 $4 00 04 00 $(zeros 16) $5 $(zeros 79)"
}
array clariions DGC 'RAID 5' "c0 $(clariion 02 00 00 04 00)"
mapfile -t clariions < <(unit_disks clariions)
check_match "a CLARiiON has checker emc_clariion and prioritizer emc" ' emc_clariion emc ' "$(rate_path "${clariions[1]}")"
while read -r page expected; do
  vendor_page clariions 1 c0 "$(clariion ${page//_/ })"
  is "emc_clariion ${page//_/ }" "$expected" "${clariions[1]}"
  # (Theirs rates no path that is not up.)
  [[ $expected == "- "* || $expected == *shaky ]] || same "emc_clariion ${page//_/ }: as theirs" "${clariions[@]}"
done <<'END'
02_00_00_04_00 4 ready
01_00_01_04_00 1 ready
01_01_01_06_00 3 ready
02_00_00_01_00 - faulty
02_00_00_04_01 0 shaky
00_00_00_04_00 - faulty
END

array hitachis HITACHI DF500F
mapfile -t hitachis < <(unit_disks hitachis)
for digits in '010500C6 0A' '010500C7 0A' '010500C7 1A' '010500C6 1A'; do
  {
    tcmu_inquiry HITACHI DF500F
    printf '20 20 20 20 '
    lab_spaced_hex "$digits"
  } >"$lab_tcmu/hitachis-1/inquiry.hex"
  same "hds $digits: as theirs" "${hitachis[@]}"
done

array netapps NETAPP LUN
mapfile -t netapps < <(unit_disks netapps)
check_match "a filer has prioritizer ontap" ' tur ontap ' "$(rate_path "${netapps[1]}")"
same "ontap, of a filer that does not know its own command: as theirs" "${netapps[@]}"

done_checks
