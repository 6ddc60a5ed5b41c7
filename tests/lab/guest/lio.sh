# A SAN of the kernel's own target (LIO) over its loopback fabric: every path P is a SCSI host of its own ("port P" of the
# array), every unit a logical unit behind all of them, with a store of its own.
#   /run/lab/san/UNIT/{lun,paths,pathP,imageP}     what we remember: image is the configfs directory behind that path

lab_target=/sys/kernel/config/target
lab_san=/run/lab/san

lab_target_ready() {
  mkdir -p "$lab_san"
  [ -d /sys/kernel/config/target ] && return
  modprobe -a target_core_mod target_core_file tcm_loop || return
  mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config
}

# The loopback target port for path P of that family of hosts.
lab_port() { printf '%s/loopback/naa.50014050%04x%04x/tpgt_1' "$lab_target" "$1" "$2"; }

lab_family_number() {
  local file=$lab_san/.family-$1
  [ -e "$file" ] || { set -- "$1" "$lab_san"/.family-*; [ -e "$2" ] && echo $(($# - 1)) >"$file" || echo 0 >"$file"; }
  cat "$file"
}

lab_add_port() {
  local port
  port=$(lab_port "$1" "$2")
  [ -d "$port" ] && return
  mkdir -p "$port"
  printf 'naa.60014050%04x%04x' "$1" "$2" >"$port/nexus"
}

# Numbers are given in the order in which units come.
lab_new_unit() {
  local unit=$lab_san/$1 lun
  [ ! -e "$unit" ] || { note "there is a unit $1 already"; return 1; }
  set -- "$lab_san"/*/
  if [ -d "$1" ]; then lun=$#; else lun=0; fi
  mkdir "$unit"
  echo "$lun" >"$unit/lun"
}

# lab_export UNIT PATH FAMILY IMAGE: makes a configfs backing store visible as the unit's path.
lab_export() {
  local unit=$lab_san/$1 lun port
  lun=$unit/path$2
  lab_add_port "$3" "$2"
  port=$(lab_port "$3" "$2")/lun/lun_$(cat "$unit/lun")
  mkdir "$port"
  ln -s "$port" "$lun"
  ln -s "$4" "$unit/image$2"
  ln -s "$4" "$port/store"
}

lab_path_device() {
  local address lun=$lab_san/$1/path$2
  address=$(cat "$(readlink -f "$lun")/../../address")
  echo "/sys/class/scsi_device/$address:$(cat "$lab_san/$1/lun")/device"
}

# path_disk UNIT PATH: the disk that is this path of a unit of san_lio or san_tcmu (nothing while it is not there).
path_disk() { local block; for block in "$(lab_path_device "$1" "$2")"/block/*; do [ ! -e "$block" ] || echo "${block##*/}"; done; }

# unit_disks UNIT: the disks of all paths.
unit_disks() { local path; for path in "$lab_san/$1"/path*; do path_disk "$1" "${path##*/path}"; done; }

# path_unplug UNIT PATH: the array no longer shows the unit there; the disk is gone.
path_unplug() { rm "$(readlink -f "$lab_san/$1/path$2")/store"; }

# path_plug UNIT PATH: the end of path_unplug, or of path_delete.
path_plug() {
  local lun
  lun=$(readlink -f "$lab_san/$1/path$2")
  [ ! -e "$lun/store" ] || rm "$lun/store"
  ln -s "$(readlink -f "$lab_san/$1/image$2")" "$lun/store"
}

# The loopback driver scans no LUN but 0, so deleted paths come back by being shown again.
lab_replug_loop_paths() {
  local path unit
  for path in "$lab_san"/*/path*; do
    [ -L "$path" ] || continue
    unit=${path%/*}
    unit=${unit##*/}
    [ -n "$(path_disk "$unit" "${path##*/path}")" ] || path_plug "$unit" "${path##*/path}"
  done
}

# path_transport UNIT PATH online|offline: of the whole port, for all units: each command fails in the transport.
path_transport() { echo "$3" >"$(readlink -f "$lab_san/$1/path$2")/../../transport_status"; }

# san_lio UNIT SIZE PATHS [KEY=VALUE...]: a logical unit (SIZE as for truncate, 64M) with a store of its own. Keys:
# serial (hexadecimal, gives the WWID 36001405...), vendor, product, revision; alua=yes puts each path P into a target
# port group of its own, P + 1; family=NAME other SCSI hosts than those of the other units; serial= (empty) none at all.
san_lio() {
  local unit=$1 size=$2 paths=$3 path image store serial vendor= product= revision= alua=no family=port
  serial=$(printf '%s' "$unit" | md5sum | cut -c1-25)
  shift 3
  [ $# -eq 0 ] || local "$@"
  lab_target_ready && lab_new_unit "$unit" || return
  store=$lab_san/$unit/store
  truncate -s "$size" "$store"
  image=$lab_target/core/fileio_0/$unit
  mkdir -p "$image"
  printf 'fd_dev_name=%s,fd_dev_size=%s,fd_buffered_io=1' "$store" "$(stat -c %s "$store")" >"$image/control"
  [ -z "$vendor" ] || printf %s "$vendor" >"$image/wwn/vendor_id"
  [ -z "$product" ] || printf %s "$product" >"$image/wwn/product_id"
  [ -z "$revision" ] || printf %s "$revision" >"$image/wwn/revision"
  [ -z "$serial" ] || printf %s "$serial" >"$image/wwn/vpd_unit_serial"
  echo 1 >"$image/enable"
  for ((path = 0; path < paths; ++path)); do
    lab_export "$unit" "$path" "$(lab_family_number "$family")" "$image" || return
    if [ "$alua" = yes ]; then lab_alua_group "$unit" "$path" "$image"; fi
  done
  wait_for 30 lab_unit_is_complete "$unit" "$paths"
}

lab_unit_is_complete() { [ "$(unit_disks "$1" | wc -l)" -eq "$2" ]; }

lab_alua_group() {
  local group=$3/alua/group$2
  mkdir "$group"
  echo $(($2 + 1)) >"$group/tg_pt_gp_id"
  echo "group$2" >"$(readlink -f "$lab_san/$1/path$2")/alua_tg_pt_gp"
  wait_for 30 path_disk "$1" "$2"
  echo 1 >"$(lab_path_device "$1" "$2")/rescan"
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
  truncate -s "$2" "$lab_san/$1/store"
  printf 'fd_dev_size=%s' "$(stat -c %s "$lab_san/$1/store")" >"$lab_target/core/fileio_0/$1/control"
}
