# Paths of the kernel's scsi_debug driver. All its logical units share one store in memory: a label written to one shows
# up on all, so what stacks several units needs LIO.

# san_scsi_debug HOSTS LUNS [SIZE_MB [PARAMETER=VALUE...]]: LUNS logical units with HOSTS paths each.
# More parameters than here: modinfo scsi_debug. delay=0 because each cache flush takes seconds otherwise.
san_scsi_debug() {
  local hosts=$1 luns=$2 size=${3:-16} before
  shift "$(($# < 3 ? $# : 3))"
  before=$(lab_disk_count)
  modprobe scsi_debug delay=0 vpd_use_hostno=0 "add_host=$hosts" "max_luns=$luns" "dev_size_mb=$size" "$@" || return
  wait_for_disks $((before + hosts * luns))
}

# scsi_debug_set PARAMETER VALUE: at run time, such as every_nth and opts (1 noise, 2 medium error, 4 time out,
# 8 recovered error, 16 transport error).
scsi_debug_set() { echo "$2" >"/sys/bus/pseudo/drivers/scsi_debug/$1"; }
