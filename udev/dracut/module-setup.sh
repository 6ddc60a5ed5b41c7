#!/bin/bash
# dracut module: creates multipath maps by udev events and by a sweep, without a daemon.

is_multipath_map() { [[ $(cat "/sys/dev/block/$1/dm/uuid" 2>/dev/null) == mpath-* ]]; }

# Known units are claimed and mapped at the next boot, whatever the root is on now.
knows_units() { grep -qs '^/' "${dracutsysrootdir-}/etc/multipath/wwids"; }

# Does the next boot create a map for this disk before the host uses it as a plain disk?
is_path_at_boot() {
    local disk
    disk=$(readlink -f "/sys/dev/block/$1")
    [[ ! -e $disk/partition ]] || disk=${disk%/*}
    [[ $(@SBINDIR@/multipath -u --at-boot "${disk##*/}" 2>/dev/null) == *'DM_MULTIPATH_DEVICE_PATH="1"'* ]]
}

check() {
    # dracut --omit multipath refers to this module.
    [[ " ${omit_dracutmodules-} " != *" multipath "* ]] || return 1
    require_binaries @SBINDIR@/multipath @SBINDIR@/devmap_name dmsetup || return 1
    if [[ $mount_needs ]]; then
        for_each_host_dev_and_slaves is_multipath_map || return 255
    elif [[ $hostonly ]]; then
        knows_units || for_each_host_dev_and_slaves is_multipath_map || for_each_host_dev_and_slaves is_path_at_boot || return 255
    fi
    return 0
}

depends() {
    echo dm rootfs-block
}

installkernel() {
    hostonly='' instmods -o dm-multipath dm-service-time dm-queue-length dm-round-robin dm-historical-service-time \
        dm-io-affinity scsi_dh_alua scsi_dh_rdac scsi_dh_emc scsi_dh_hp_sw
}

install() {
    inst_multiple @SBINDIR@/multipath @SBINDIR@/devmap_name @LIBDIR@/multipath_id @LIBDIR@/sweep @LIBDIR@/switched-off @LIBDIR@/root-on-map dmsetup cat mkdir readlink tr sleep udevadm
    inst_multiple -o systemd-run systemctl partx @SYSTEMDDIR@/multipath-restore@.service
    inst_rules @RULES@
    inst_multiple -o /etc/multipath/wwids /etc/multipath/bindings
    # If the configuration has errors, pack the last valid configuration instead. If there is none,
    # pack the configuration with its errors, so that the program uses built-in settings and only
    # the units of the wwids file.
    local good=/etc/multipath/last-good.conf
    if ! @SBINDIR@/multipath check-config >/dev/null 2>&1 && @SBINDIR@/multipath check-config $good >/dev/null 2>&1; then
        dwarn "multipath: configuration has errors (run multipath check-config); the initramfs uses the last valid configuration, $good"
        inst_simple $good /etc/multipath.conf
    else
        @SBINDIR@/multipath check-config >/dev/null 2>&1 ||
            dwarn "multipath: configuration has errors (run multipath check-config); the initramfs uses built-in settings for the units in the wwids file"
        inst_multiple -o /etc/multipath.conf /etc/multipath/conf.d/*.conf
    fi
    inst_hook pre-trigger 02 "$moddir/multipath-load.sh"
    inst_hook initqueue/settled 20 "$moddir/multipath-sweep.sh"
    inst_hook pre-mount 05 "$moddir/multipath-premount.sh"
    inst_hook pre-pivot 20 "$moddir/multipath-need-shutdown.sh"
    inst_hook shutdown 20 "$moddir/multipath-shutdown.sh"
}
