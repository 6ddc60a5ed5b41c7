# One configuration after the other, obeyed by both tools on the same disks: the same maps, names, tables, wwids and bindings
# files. Then disks that say to be many arrays: the same table for each, by the hardware table.
# mem: 1536
# timeout: 900
. "$LAB/lib.sh"
modprobe -a dm-multipath dm-service-time dm-queue-length dm-round-robin dm-historical-service-time scsi_dh_alua

# Host after host: see 20-same-as-packaged.sh.
san_scsi_debug 1 1
scsi_debug_set add_host 1
wait_for_disks 2
san_lio gold 64M 4 alua=yes
san_lio plain 64M 2
san_lio lone 64M 1
lio_alua_state gold 1 nonoptimized
lio_alua_state gold 2 standby
path_refresh $(disks)
pretend_udevd
gold=3$(sed 's/^naa\.//' "/sys/block/$(path_disk gold 0)/device/wwid")
plain=3$(sed 's/^naa\.//' "/sys/block/$(path_disk plain 0)/device/wwid")
lone=3$(sed 's/^naa\.//' "/sys/block/$(path_disk lone 0)/device/wwid")
multipath -ll >/dev/null 2>&1

# made_by TOOL: what a run makes where nothing is: maps with their tables, and both state files without comments. Without a daemon
# the packaged tool takes queueing by no_path_retry back, unless -q says that it may.
made_by() {
  busybox rm -f /etc/multipath/wwids /etc/multipath/bindings
  "$1" -q >/run/lab/"$1".out 2>/run/lab/"$1".err
  dmsetup table --target multipath 2>/dev/null | sed '/^No /d; s/ *$//' | sort
  echo 'wwids:'; grep -v '^#' /etc/multipath/wwids 2>/dev/null | sort
  echo 'bindings:'; grep -v '^#' /etc/multipath/bindings 2>/dev/null | sort
  "$1" -F >/dev/null 2>&1
  dmsetup remove_all
}
# same NAME TEXT: both tools obey this configuration alike.
same() {
  printf '%s\n' "$2" >/etc/multipath.conf
  local theirs ours
  theirs=$(made_by packaged-multipath)
  ours=$(made_by multipath)
  check_equal "$1" "$theirs" "$ours" || sed 's/^/# /' /run/lab/multipath.err
}
busybox mkdir -p /etc/multipath
all='find_multipaths no'

for policy in failover multibus group_by_serial group_by_prio group_by_node_name; do
  same "path_grouping_policy $policy" "defaults { 
 $all
 path_grouping_policy $policy
}"
done
for selector in 'service-time 0' 'queue-length 0' 'round-robin 0' 'historical-service-time 0'; do
  same "path_selector $selector" "defaults {
 $all
 path_selector \"$selector\"
 path_grouping_policy multibus
}"
done
same "rr_min_io_rq and rr_weight" "defaults {
 $all
 path_selector \"round-robin 0\"
 path_grouping_policy group_by_prio
 rr_weight priorities
 rr_min_io_rq 10
}"
for mode in off on strict greedy yes; do
  same "find_multipaths $mode" "defaults {
 find_multipaths $mode
}"
done
same "blacklist by devnode" "defaults {
 $all
}
blacklist {
 devnode \"^sd[a-c]\$\"
}"
same "blacklist by wwid" "defaults {
 $all
}
blacklist {
 wwid $plain
}"
same "blacklist by device, with an exception" "defaults {
 $all
}
blacklist {
 device {
  vendor LIO-ORG
  product .*
 }
}
blacklist_exceptions {
 device {
  vendor LIO-ORG
  product FILEIO
 }
}"
same "blacklist of all but one wwid" "defaults {
 $all
}
blacklist {
 wwid .*
}
blacklist_exceptions {
 wwid $gold
}"
same "blacklist by protocol" "defaults {
 $all
}
blacklist {
 protocol scsi:unspec
}"
same "inverted devnode" "defaults {
 $all
}
blacklist {
 devnode \"!^sd[a-z]\"
}"
same "user_friendly_names" "defaults {
 $all
 user_friendly_names yes
}"
same "alias_prefix of one kind of device" "defaults {
 $all
 user_friendly_names yes
}
devices {
 device {
  vendor LIO-ORG
  product .*
  alias_prefix lio
 }
}"
same "alias of one unit" "defaults {
 $all
}
multipaths {
 multipath {
  wwid $gold
  alias gold
 }
}"
same "alias beside user_friendly_names" "defaults {
 $all
 user_friendly_names yes
}
multipaths {
 multipath {
  wwid $plain
  alias plain
  path_grouping_policy multibus
 }
}"
for queueing in queue fail 5; do
  same "no_path_retry $queueing" "defaults {
 $all
 no_path_retry $queueing
}"
done
same "features, as they are" "defaults {
 $all
 features \"2 pg_init_retries 5\"
}"
same "flush_on_last_del, failback, user_friendly_names off for one kind" "defaults {
 $all
 user_friendly_names yes
 flush_on_last_del yes
 failback immediate
}
devices {
 device {
  vendor Linux
  product scsi_debug
  user_friendly_names no
 }
}"
same "prio const" "defaults {
 $all
 detect_prio no
 prio const
 path_grouping_policy group_by_prio
}"
same "prio weightedpath" "defaults {
 $all
 detect_prio no
 prio weightedpath
 prio_args \"devname sd[a-c] 10 sd[d-z] 20\"
 path_grouping_policy group_by_prio
}"
same "overrides win over devices" "defaults {
 $all
}
devices {
 device {
  vendor LIO-ORG
  product .*
  path_grouping_policy multibus
 }
}
overrides {
 path_grouping_policy failover
}"
same "retain_attached_hw_handler no" "defaults {
 $all
 retain_attached_hw_handler no
}
devices {
 device {
  vendor LIO-ORG
  product .*
  hardware_handler \"1 alua\"
 }
}"
same "skip_kpartx and minio of bio" "defaults {
 $all
 skip_kpartx yes
 rr_min_io 500
}"

same "a keyword that multipath-tools has dropped, and one that nobody knows" "defaults {
 $all
 default_selector \"round-robin 0\"
 no_such_keyword 5
}"
same "a device without product, and one whose product is no expression" "defaults {
 $all
}
devices {
 device {
  vendor LIO-ORG
  path_grouping_policy multibus
 }
 device {
  vendor LIO-ORG
  product \"*\"
  path_grouping_policy multibus
 }
}"
same "blanks that are not ASCII" "$(printf 'defaults\302\240{\n\302\240%s\n}' "$all")"

# On purpose otherwise (multipath.conf(5)): an empty file is find_multipaths strict there and on here, and a file with an
# error is obeyed in part there and not here.
: >/etc/multipath.conf
check_equal "an empty file: the packaged tool makes no map of a new unit" "" "$(made_by packaged-multipath | grep multipath)"
check_equal "ours makes those of units with two paths" 3 "$(made_by multipath | grep -c multipath)"
printf 'defaults {\n %s\n polling_interval 5 verbosity 2\n}\n' "$all" >/etc/multipath.conf
check "two entries on a line: the packaged tool goes on" test "$(made_by packaged-multipath | grep -c multipath)" -gt 0
check_equal "ours does not" "" "$(made_by multipath | grep multipath)"
check_match "and says which word it is" "multipath.conf:3:21: error: unexpected 'verbosity' after a complete entry" "$(cat /run/lab/multipath.err)"
busybox mkdir -p /etc/multipath/conf.d
printf 'defaults {\n %s\n path_grouping_policy failover\n}\n' "$all" >/etc/multipath/conf.d/10-a.conf
printf 'defaults {\n path_grouping_policy multibus\n}\n' >/etc/multipath/conf.d/20-b.conf
same "conf.d: the later file wins" "defaults {
 path_grouping_policy group_by_prio
}"
busybox rm /etc/multipath/conf.d/*

# --- a script that was written for the packaged tool ------------------------------------------------------------------------
printf 'defaults {\n find_multipaths yes\n}\n' >/etc/multipath.conf
cat >/run/lab/script <<'SCRIPT'
disk=$1
multipath -W >/dev/null; echo "reset: $?"
multipath -c "$disk" >/dev/null; echo "is it a path: $?"
multipath -a "$disk" >/dev/null; echo "added: $?"
grep -v '^#' /etc/multipath/wwids
multipath -q -v0; echo "made: $?"
for map in $(multipath -l -v1 | sort); do
  echo "$map has $(multipath -ll "$map" | grep -c ' active ready running') working paths"
  multipath -l "$map" | sed -n 's/^size=\([^ ]*\) features=\(.*\) wp=.*/\1 \2/p'
done
multipath -f nosuch >/dev/null; echo "no such map: $?"
multipath -q -r -v0; echo "reloaded: $?"
multipath -f "$map"; echo "flushed: $?"
multipath -F; echo "all flushed: $?"
multipath -l; echo "listed: $?"
multipath -w "$disk" >/dev/null; echo "removed: $?"
grep -c '^/' /etc/multipath/wwids
SCRIPT
run_script() {
  busybox rm -f /etc/multipath/wwids /etc/multipath/bindings
  busybox mkdir -p "/run/lab/bin-$1"
  busybox ln -sf "$(command -v "$1")" "/run/lab/bin-$1/multipath"
  PATH=/run/lab/bin-$1:$PATH bash /run/lab/script "/dev/$(path_disk gold 0)" 2>/dev/null
}
check_equal "a script gets the same from both" "$(run_script packaged-multipath)" "$(run_script multipath)"

# --- the hardware table -----------------------------------------------------------------------------------------------
if lab_tcmu_ready; then
  number=0 failed=
  while IFS=, read -r vendor product; do
    number=$((number + 1))
    from=/run/lab/arrays/$number
    busybox mkdir -p "$from"
    tcmu_inquiry "$vendor" "$product" >"$from/inquiry.hex"
    tcmu_naa_page "$(printf '600a0b80000f1e2d00000123456789%02x' $number)" >"$from/pg83.hex"
    tcmu_serial_page "SERIAL$number" >"$from/pg80.hex"
    san_tcmu "array$number" "$from" 16M 1 family=arrays || failed+=" $vendor,$product"
    echo "$(printf '3600a0b80000f1e2d00000123456789%02x' $number) $vendor,$product" >>/run/lab/names
  done <<'ARRAYS'
3PARdata,VV
APPLE,Xserve RAID
COMPAQ,HSV110 (C)COMPAQ
COMPELNT,Compellent Vol
DDN,SAN DataDirector
DEC,HSG80
DELL,MD32xx
DellEMC,ME4
DGC,RAID 5
EMC,Invista
EMC,SYMMETRIX
XtremIO,XtremApp
EUROLOGC,FC2502
FSC,CentricStor
FUJITSU,ETERNUS_DXL
HITACHI,DF600F
HITACHI,OPEN-V
HP,A6189A
HP,HSV200
HP,MSA2012sa
HP,OPEN-E
HPE,MSA 2040 SAN
HUAWEI,XSG1
IBM,1814      FAStT
IBM,1750500
IBM,2107900
IBM,2145
IBM,2810XIV
IBM,ProFibre 4000R
LENOVO,DE_Series
LSI,INF-01-00
NETAPP,INF-01-00
NETAPP,LUN C-Mode
NEXENTA,COMSTAR
NFINIDAT,InfiniBox
Nimble,Server
PURE,FlashArray
SGI,TP9400
SGI,IS500
STK,OPENstorage 9176
SUN,StorEdge 3510
SUN,STK6580_6780
TEGILE,ZEBI-FC
VIOLIN,SAN ARRAY
PIVOT3,RAIGE VOLUME
NEXSAN,SATABoy2
DataCore,SANmelody
KOVE,XPD
KMNRIO,K2
Nexsan,NST5000
XIOTECH,ISE1400
XIOtech,Magnitude 3D
Vexata,VX
DotHill,SANnet II
AStor,NeoSapphire
INSPUR,MCS
MacroSAN,LU
SolidFir,SSD SAN
NEC,DISK ARRAY
Pillar,Axiom 600
Promise,VTrak E610f
ARRAYS
  check_equal "the disks of the arrays are there" "" "$failed"
  pretend_udevd
  printf 'defaults {\n %s\n}\nblacklist {\n device {\n  vendor "LIO-ORG|Linux"\n  product .*\n }\n}\n' "$all" >/etc/multipath.conf
  made_by packaged-multipath | sed '/^wwids/,$d' >/run/lab/theirs
  made_by multipath | sed '/^wwids/,$d' >/run/lab/ours
  # A checker that wants a page which these disks do not have (rdac, emc_clariion, hp_sw) finds no usable path.
  tables=0
  while read -r wwid name; do
    their_table=$(grep "^$wwid:" /run/lab/theirs)
    [ -z "$their_table" ] || tables=$((tables + 1))
    # multipath-tools 0.14.3, whose rows are ours, has other rows than the packaged version.
    case $name in HITACHI,OPEN-V | HP,OPEN-E | NFINIDAT,InfiniBox)
      check_match "the table of $name, as 0.14.3 has it" " multipath 1 queue_if_no_path 0 1 1 service-time 0 1 2 " "$(grep "^$wwid:" /run/lab/ours)"
      continue ;;
    esac
    check_equal "the table of $name$([ -n "$their_table" ] || echo ": none")" "$their_table" "$(grep "^$wwid:" /run/lab/ours)"
  done </run/lab/names
  check "so for 40 arrays at least ($tables)" test $tables -ge 40
else
  skip "arrays" "tcmu_disk is not built"
fi
done_checks
