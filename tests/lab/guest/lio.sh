# A SAN of the kernel's own target (LIO) over its loopback fabric: every path P is a SCSI host of its own ("port P" of the
# array), every unit a logical unit behind all of them, with a store of its own.
#   /run/lab/san/UNIT/{lun,store,pathP}     what we remember of a unit

# (Here and in tcmu.sh: shell builtins, and busybox for the rest. A program linked with libraries costs 100 ms in emulation.)

lab_target=/sys/kernel/config/target
lab_san=/run/lab/san

lab_target_ready() {
  [ -d "$lab_san" ] && return
  busybox mkdir -p "$lab_san"
  modprobe -a target_core_mod target_core_file tcm_loop || return
  [ -d "$lab_target" ] || busybox mount -t configfs configfs /sys/kernel/config
}

# Several host adapters, one for each path, are a family; REPLY becomes its number.
declare -A lab_families=()
lab_family() {
  [ -n "${lab_families[$1]-}" ] || lab_families[$1]=${#lab_families[@]}
  REPLY=${lab_families[$1]}
}

# The loopback target port for path P of that family, made when it is not there; its directory becomes REPLY.
lab_port() {
  local address
  printf -v address '%04x%04x' "$1" "$2"
  REPLY=$lab_target/loopback/naa.50014050$address/tpgt_1
  [ ! -d "$REPLY" ] || return 0
  busybox mkdir -p "$REPLY" && echo "naa.60014050$address" >"$REPLY/nexus"
}

# Numbers are given in the order in which units come.
lab_new_unit() {
  local unit=$lab_san/$1 lun=0
  [ ! -e "$unit" ] || { note "there is a unit $1 already"; return 1; }
  set -- "$lab_san"/*/
  [ ! -d "$1" ] || lun=$#
  busybox mkdir "$unit"
  echo "$lun" >"$unit/lun"
}

# lab_export UNIT PATH FAMILY IMAGE: makes a configfs backing store visible as the unit's path. The file pathP says where:
# the image, the LUN of the port that shows it, and the address that the disk has.
lab_export() {
  local unit=$lab_san/$1 lun address REPLY
  read -r lun <"$unit/lun"
  lab_family "$3"
  lab_port "$REPLY" "$2" || return
  read -r address <"$REPLY/address"
  printf '%s\n%s\n%s\n' "$4" "$REPLY/lun/lun_$lun" "$address:$lun" >"$unit/path$2"
  busybox mkdir "$REPLY/lun/lun_$lun"
  busybox ln -s "$4" "$REPLY/lun/lun_$lun/store"
}

# image, lun and device (sysfs) of a path, as variables.
lab_path() { { read -r image && read -r lun && read -r device; } <"$lab_san/$1/path$2" && device=/sys/class/scsi_device/$device/device; }

# path_disk UNIT PATH: the disk that is this path of a unit of san_lio or san_tcmu (nothing while it is not there).
path_disk() {
  local image lun device block
  lab_path "$1" "$2" || return
  for block in "$device"/block/*; do [ ! -e "$block" ] || echo "${block##*/}"; done
}

# unit_disks UNIT: the disks of all paths.
unit_disks() { local path; for path in "$lab_san/$1"/path*; do path_disk "$1" "${path##*/path}"; done; }

# path_unplug UNIT PATH: the array no longer shows the unit there; the disk is gone.
path_unplug() { local image lun device; lab_path "$1" "$2" && busybox rm "$lun/store"; }

# path_plug UNIT PATH: the end of path_unplug, or of path_delete.
path_plug() {
  local image lun device
  lab_path "$1" "$2" || return
  [ ! -e "$lun/store" ] || busybox rm "$lun/store"
  busybox ln -s "$image" "$lun/store"
}

# The loopback driver scans no LUN but 0, so deleted paths come back by being shown again.
lab_replug_loop_paths() {
  local path unit image lun device
  for path in "$lab_san"/*/path*; do
    [ -e "$path" ] || continue
    unit=${path%/*}
    unit=${unit##*/}
    path=${path##*/path}
    lab_path "$unit" "$path"
    [ -e "$device" ] || path_plug "$unit" "$path"
  done
}

# path_transport UNIT PATH online|offline: of the whole port, for all units: each command fails in the transport.
path_transport() { local image lun device; lab_path "$1" "$2" && echo "$3" >"${lun%/lun/*}/transport_status"; }

# san_lio UNIT SIZE PATHS [KEY=VALUE...]: a logical unit (SIZE as for truncate, 64M) with a store of its own. Keys:
# serial (hexadecimal, gives the WWID 36001405...), vendor, product, revision; alua=yes puts each path P into a target
# port group of its own, P + 1; family=NAME other SCSI hosts than those of the other units; serial= (empty) none at all.
san_lio() {
  local unit=$1 size=$2 paths=$3 path bytes image store serial vendor= product= revision= alua=no family=port
  lab_hex "$unit"
  serial=${REPLY}0000000000000000000000000
  serial=${serial::25}
  shift 3
  [ $# -eq 0 ] || local "$@"
  lab_target_ready && lab_new_unit "$unit" || return
  store=$lab_san/$unit/store
  lab_store "$store" "$size"
  image=$lab_target/core/fileio_0/$unit
  busybox mkdir -p "$image"
  printf 'fd_dev_name=%s,fd_dev_size=%s,fd_buffered_io=1' "$store" "$bytes" >"$image/control"
  [ -z "$vendor" ] || printf %s "$vendor" >"$image/wwn/vendor_id"
  [ -z "$product" ] || printf %s "$product" >"$image/wwn/product_id"
  [ -z "$revision" ] || printf %s "$revision" >"$image/wwn/revision"
  [ -z "$serial" ] || printf %s "$serial" >"$image/wwn/vpd_unit_serial"
  echo 1 >"$image/enable"
  for ((path = 0; path < paths; ++path)); do
    lab_export "$unit" "$path" "$family" "$image" || return
    if [ "$alua" = yes ]; then lab_alua_group "$unit" "$path" || return; fi
  done
  wait_for 30 unit_is_complete "$unit" "$paths"
}

# lab_store FILE SIZE: a sparse file; its size in bytes becomes the caller's variable `bytes`.
lab_store() { busybox truncate -s "$2" "$1" && bytes=$(busybox stat -c %s "$1"); }

# lab_hex TEXT: its bytes as hexadecimal digits become REPLY.
lab_hex() {
  local i digits
  REPLY=
  for ((i = 0; i < ${#1}; ++i)); do
    printf -v digits %02x "'${1:i:1}"
    REPLY+=$digits
  done
}

# unit_is_complete UNIT PATHS: there are that many disks.
unit_is_complete() {
  local path image lun device count=0
  for path in "$lab_san/$1"/path*; do
    lab_path "$1" "${path##*/path}"
    for path in "$device"/block/*; do [ ! -e "$path" ] || count=$((count + 1)); done
  done
  [ "$count" -eq "$2" ]
}

lab_path_is_there() { local image lun device; lab_path "$1" "$2" && [ -d "$device/block" ]; }

# The group follows the path into the world, so the disk is made to look at its identity once more.
lab_alua_group() {
  local image lun device
  lab_path "$1" "$2"
  busybox mkdir "$image/alua/group$2"
  echo $(($2 + 1)) >"$image/alua/group$2/tg_pt_gp_id"
  echo "group$2" >"$lun/alua_tg_pt_gp"
  wait_for 30 lab_path_is_there "$1" "$2" && echo 1 >"$device/rescan"
}

# lio_alua_state UNIT PATH STATE: optimized, nonoptimized, standby, unavailable or transitioning (alua=yes units).
lio_alua_state() {
  local -A number=([optimized]=0 [nonoptimized]=1 [standby]=2 [unavailable]=3 [transitioning]=15)
  echo "${number[$3]}" >"$lab_target/core/fileio_0/$1/alua/group$2/alua_access_state"
}

# lio_alua_preferred UNIT PATH 0|1: the PREF bit of the path's group.
lio_alua_preferred() { echo "$3" >"$lab_target/core/fileio_0/$1/alua/group$2/preferred"; }

# lio_resize UNIT SIZE: the store grows or shrinks; the initiator sees it with path_refresh of each disk.
lio_resize() {
  local bytes
  lab_store "$lab_san/$1/store" "$2"
  printf 'fd_dev_size=%s' "$bytes" >"$lab_target/core/fileio_0/$1/control"
}
