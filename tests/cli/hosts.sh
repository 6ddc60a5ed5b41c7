# Captured hosts (tests/hosts/NAME/host), and what the commands printed on the machine itself when they were captured
# (tests/hosts/NAME/expected, a file for each command): on any machine, without privilege, the same comes out. Others are made by
# hand: tests/hosts/README. What is in NAME/before, added to the capture's files, makes it the host "before".
cd "$(dirname "$0")/../.." || exit
program=${BUILD:-build}/multipath

as_nobody() { if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; else "$@"; fi; }

for host in tests/hosts/*/; do
  [ -d "$host/host" ] || continue
  name=$(basename "$host")
  work=$(mktemp -d)
  chmod 755 "$work"
  cp -r "$host/host" "$work/host"
  if [ -d "$host/before" ]; then
    cp -r "$host/host" "$work/before"
    for lines in "$host"/before/*; do cat "$lines" >>"$work/before/$(basename "$lines")"; done
  fi
  cp "$program" "$work/multipath"
  chmod -R a+rX "$work"
  for expected in "$host"/expected/*; do
    job=$(sed -n '1s/^# multipath //p' "$expected")
    status=0
    # shellcheck disable=SC2086
    (cd "$work" && as_nobody ./multipath $job --host host >out 2>err) || status=$?
    { printf '# multipath %s\n# status %d\n' "$job" "$status"; cat "$work/out"; echo '# stderr'; cat "$work/err"; } >"$work/actual"
    if cmp -s "$work/actual" "$expected"; then
      echo "ok host $name: $job"
    else
      echo "not ok host $name: $job"
      diff -u "$expected" "$work/actual" | head -n 20 | sed 's/^/  # /'
    fi
  done
  rm -rf "$work"
done
