# NVMe over TCP: a target of the guest's own kernel with one namespace behind two ports, and the host's controllers.

nvme_nqn=nqn.2026-01.org.example:lab nvme_target=/sys/kernel/config/nvmet

# nvme_start N|Y SIZE: loads the drivers with nvme_core.multipath so, and makes the target: a namespace of that size with
# ports 1 and 2. Fails where the kernel has no such drivers.
nvme_start() {
  local subsystem=$nvme_target/subsystems/$nvme_nqn port folder
  modprobe nvme_core "multipath=$1" && modprobe -a nvmet nvmet_tcp nvme_tcp loop || return
  mountpoint -q /sys/kernel/config || mount -t configfs none /sys/kernel/config
  busybox ip link set lo up
  [ -e /run/lab/nvme.img ] || truncate -s "$2" /run/lab/nvme.img
  nvme_loop=$(losetup -f --show /run/lab/nvme.img) || return
  mkdir "$subsystem" "$subsystem/namespaces/1" || return
  echo 1 >"$subsystem/attr_allow_any_host"
  echo -n "$nvme_loop" >"$subsystem/namespaces/1/device_path"
  echo 1 >"$subsystem/namespaces/1/enable"
  for port in 1 2; do
    folder=$nvme_target/ports/$port
    mkdir "$folder"
    echo ipv4 >"$folder/addr_adrfam"
    echo tcp >"$folder/addr_trtype"
    echo 127.0.0.1 >"$folder/addr_traddr"
    echo "442$port" >"$folder/addr_trsvcid"
    nvme_port_on "$port"
  done
}

# nvme_port_on PORT, nvme_port_off PORT: the target answers there, or not any more.
nvme_port_on() { ln -s "$nvme_target/subsystems/$nvme_nqn" "$nvme_target/ports/$1/subsystems/$nvme_nqn"; }
nvme_port_off() { rm "$nvme_target/ports/$1/subsystems/$nvme_nqn"; }

# nvme_ana PORT STATE: optimized, non-optimized, inaccessible...
nvme_ana() { echo "$2" >"$nvme_target/ports/$1/ana_groups/1/ana_state"; }

# nvme_connect PORT: makes a controller, which tries again each second when it is lost.
nvme_connect() {
  echo "transport=tcp,traddr=127.0.0.1,trsvcid=442$1,nqn=$nvme_nqn,reconnect_delay=1" >/dev/nvme-fabrics
}

# nvme_controller PORT: the name of the controller that is connected there.
nvme_controller() {
  local controller
  for controller in /sys/class/nvme/nvme*; do
    grep -qs "trsvcid=442$1" "$controller/address" && { echo "${controller##*/}"; return; }
  done
  return 1
}

# nvme_state CONTROLLER STATE: is it in that state?
nvme_state() { [ "$(cat "/sys/class/nvme/$1/state" 2>/dev/null)" = "$2" ]; }

# nvme_stop: deletes controllers and target and unloads the drivers, so that nvme_start can take the other mode.
nvme_stop() {
  local controller port subsystem=$nvme_target/subsystems/$nvme_nqn
  for controller in /sys/class/nvme/nvme*; do
    [ ! -e "$controller" ] || echo 1 >"$controller/delete_controller"
  done
  for port in 1 2; do
    nvme_port_off "$port"
    rmdir "$nvme_target/ports/$port"
  done
  echo 0 >"$subsystem/namespaces/1/enable"
  rmdir "$subsystem/namespaces/1" "$subsystem"
  losetup -d "$nvme_loop"
  modprobe -r nvmet_tcp nvmet nvme_tcp nvme_fabrics nvme_core
}
