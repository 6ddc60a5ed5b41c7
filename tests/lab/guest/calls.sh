# Counting system calls, as strace tells them.

# traced FILE COMMAND...: runs the command and leaves the trace of all its processes in the file, its output in FILE.out. What else
# strace is to tell is in strace_options ("-y": each descriptor's file).
traced() {
  local trace=$1
  shift
  strace -f ${strace_options-} -o "$trace" "$@" >"$trace.out" 2>"$trace.err"
}

# calls_of TRACE [loaded]: how many system calls; with "loaded" those after the dynamic loader has done its work, whose last
# call is to unmap its cache.
calls_of() {
  awk -v after="${2-}" '
    /ld\.so\.cache/ { cached = 1 }
    cached && !address && / mmap\(/ { address = $NF }
    / (\+\+\+|---) / || /<\.\.\. / { next }
    { ++all; if (loaded) ++rest }
    address && index($0, " munmap(" address) { loaded = 1 }
    END { print after == "loaded" ? rest + 0 : all + 0 }' "$1"
}

# block_nodes_opened TRACE: the block devices below /dev that were opened, by their kernel names.
block_nodes_opened() {
  local name
  sed -nE 's/.*\bopen(at)?\((AT_FDCWD, )?"\/dev\/([^"]*)".* = [0-9]+$/\3/p; s/.*\bopenat\([0-9]+, "((sd|sg|dm-|vd|nvme)[a-z0-9]+)".* = [0-9]+$/\1/p' "$1" | sort -u |
    while read -r name; do [ ! -b "/dev/$name" ] && [ ! -c "/dev/$name" ] || echo "$name"; done | grep -vxE 'null|mapper/control' || :
}
