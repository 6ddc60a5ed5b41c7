# A SAN of any hardware: units whose every SCSI answer is made of files (tests/lab/tcmu/README). Each path is a disk of its
# own below $lab_tcmu/UNIT-PATH, all with the same files and one store: one path may hang, or answer wrongly, while the
# others do not. Runs our tcmu_disk.

lab_tcmu=/run/lab/tcmu

lab_tcmu_ready() {
  lab_target_ready || return
  [ -d "$lab_tcmu/serve" ] && return
  modprobe target_core_user || return
  busybox mkdir -p "$lab_tcmu/serve"
  command -v tcmu_disk >/dev/null || { note "tcmu_disk is not built"; return 1; }
  tcmu_disk "$lab_tcmu/serve" >"$lab_tcmu/log" 2>&1 &
  disown
}

# san_tcmu UNIT DIRECTORY SIZE PATHS [KEY=VALUE...]: a unit that answers with the files of that directory (inquiry.hex,
# pg83.hex...). Keys: family=NAME other SCSI hosts than those of the other units (the kernel's error handling of a hung
# path stops its whole host); timeout=SECONDS after which the target itself fails a command without answer (0, never);
# behaviour=TEXT what goes wrong from the start.
san_tcmu() {
  local unit=$1 from=$2 size=$3 paths=$4 path bytes family=port timeout=0 behaviour=
  shift 4
  [ $# -eq 0 ] || local "$@"
  lab_tcmu_ready && lab_new_unit "$unit" || return
  lab_store "$lab_san/$unit/store" "$size"
  for ((path = 0; path < paths; ++path)); do
    lab_tcmu_path "$unit" "$path" "$from" "$bytes" "$timeout" "$behaviour" || return
    lab_export "$unit" "$path" "$family" "$lab_target/core/user_0/$unit-$path" || return
  done
  wait_for 60 unit_is_complete "$unit" "$paths"
}

lab_tcmu_path() {
  local name=$1-$2 directory=$lab_tcmu/$1-$2 image=$lab_target/core/user_0/$1-$2 uio is
  busybox mkdir -p "$directory" "$image"
  busybox cp "$3"/*.hex "$directory/"
  echo "$4" >"$directory/size"
  [ -z "$6" ] || printf '%s\n' "$6" >"$directory/behaviour"
  busybox ln -s "$lab_san/$1/store" "$directory/store"
  printf 'dev_config=%s,dev_size=%s,max_data_area_mb=8,nl_reply_supported=-1' "$directory" "$4" >"$image/control"
  printf '%s\n' "$name" >"$image/wwn/vpd_unit_serial"
  echo 1 >"$image/enable" || return
  echo "$5" >"$image/attrib/cmd_time_out"
  for uio in /sys/class/uio/uio*; do
    read -r is <"$uio/name"
    [ "$is" != "tcm-user/0/$name/$directory" ] || break
  done
  busybox ln -s "$directory" "$lab_tcmu/serve/${uio##*/}"
}

# san_tcmu_sample UNIT SAMPLE SIZE PATHS [KEY=VALUE...]: from the files SAMPLE.sinq.hex, SAMPLE.pg83.hex... of the
# collection beside the checkout (tcmu_samples is its directory). Without a standard INQUIRY among them, vendor= and
# product= give it.
tcmu_samples=$LAB_CHECKOUT/../shared/data/vpd-samples
san_tcmu_sample() {
  local unit=$1 sample=$2 file name vendor=UNKNOWN product=UNKNOWN arguments=() argument
  local from=$lab_tcmu/.sample-$unit
  lab_tcmu_ready || return
  busybox mkdir -p "$from"
  for argument in "${@:5}"; do
    case $argument in
      vendor=* | product=*) local "$argument" ;;
      *) arguments+=("$argument") ;;
    esac
  done
  for file in "$tcmu_samples/$sample".*.hex; do
    name=${file##*/}
    name=${name#"$sample."}
    busybox cp "$file" "$from/${name/#sinq.hex/inquiry.hex}"
  done
  [ -e "$from/inquiry.hex" ] || tcmu_inquiry "$vendor" "$product" >"$from/inquiry.hex"
  san_tcmu "$unit" "$from" "$3" "$4" "${arguments[@]}"
}

lab_spaced_hex() { local REPLY; lab_hex "$1"; lab_pairs "$REPLY"; }
lab_pairs() { local i; for ((i = 0; i < ${#1}; i += 2)); do printf '%s ' "${1:i:2}"; done; echo; }

# tcmu_inquiry VENDOR PRODUCT [REVISION [TPGS]]: the text of an inquiry.hex of a disk (SPC-5 6.4.2).
tcmu_inquiry() {
  local strings
  printf '00 00 06 02 1f %02x 00 02\n' $((${4:-0} << 4))
  printf -v strings '%-8.8s%-16.16s%-4.4s' "$1" "$2" "${3:-1.0}"
  lab_spaced_hex "$strings"
}

# tcmu_naa_page HEX: the text of a pg83.hex with that NAA designator of the logical unit (16 or 32 digits).
tcmu_naa_page() {
  local length=$((${#1} / 2))
  printf '00 83 00 %02x 01 03 00 %02x %s\n' $((length + 4)) "$length" "$(lab_pairs "$1")"
}

# tcmu_serial_page TEXT: the text of a pg80.hex.
tcmu_serial_page() { printf '00 80 00 %02x\n' ${#1}; lab_spaced_hex "$1"; }

# tcmu_behave UNIT PATH|all TEXT: what goes wrong from now on ("" nothing); see tests/lab/tcmu/README.
tcmu_behave() {
  local directory
  if [ "$2" = all ]; then set -- "$1" '*' "$3"; fi
  for directory in "$lab_tcmu/$1"-$2; do
    printf '%s\n' "$3" >"$directory/.behaviour"
    busybox mv "$directory/.behaviour" "$directory/behaviour"
  done
}

# tcmu_journal UNIT PATH: starts to write down each command's bytes; tcmu_commands UNIT PATH: prints them so far.
tcmu_journal() { : >"$lab_tcmu/$1-$2/journal"; }
tcmu_commands() { cat "$lab_tcmu/$1-$2/journal"; }
