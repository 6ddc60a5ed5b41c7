#!/bin/bash
# Which configuration the hooks of initramfs pack: the host's own; with errors in it the last one without; without that the one with
# errors, so that the program in the image knows. The hooks run in a folder of their own, with the functions that they call written down.
set -uo pipefail
cd "$(dirname "$0")/../.."
program=$PWD/${BUILD:-build}/multipath
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check_equal() { if [[ $2 == "$3" ]]; then echo "ok initramfs: $1"; else echo "not ok initramfs: $1"; printf 'expected: %s\ngot: %s\n' "$2" "$3" | sed 's/^/  # /'; fi; }

mkdir -p "$work/sbin" "$work/etc/multipath/conf.d"
# check-config without a file is that of the folder.
cat >"$work/sbin/multipath" <<STUB
#!/bin/bash
[[ \$1 == check-config ]] || exit 1
exec "$program" check-config "\${2:-$work/etc/multipath.conf}"
STUB
chmod +x "$work/sbin/multipath"
cat >"$work/functions" <<'STUB'
copy_exec() { :; }
copy_file() { [[ $1 != config ]] || { mkdir -p "$DESTDIR/$(dirname "$2")"; cp "$2" "$DESTDIR/$2"; }; }
manual_add_modules() { :; }
STUB
sed "s|/usr/share/initramfs-tools/hook-functions|$work/functions|; s|@SBINDIR@|$work/sbin|g; s|/etc\\b|$work/etc|g" \
  udev/initramfs-tools/hook >"$work/hook"
{
  echo 'inst_multiple() { for f; do [[ $f == /*etc/* && -e $f ]] && { mkdir -p "$DESTDIR/$(dirname "$f")"; cp "$f" "$DESTDIR/$f"; }; done; :; }'
  echo 'inst_simple() { mkdir -p "$DESTDIR/$(dirname "$2")"; cp "$1" "$DESTDIR/$2"; }'
  echo 'inst_rules() { :; }; inst_hook() { :; }; inst_script() { :; }; dwarn() { echo "$*" >&2; }; moddir=.'
  sed "s|@SBINDIR@|$work/sbin|g; s|/etc\\b|$work/etc|g" udev/dracut/module-setup.sh
  echo install
} >"$work/dracut"

# packed HOOK: the configuration in the image, and what was said about it.
packed() {
  rm -rf "$work/image"
  mkdir -p "$work/image"
  DESTDIR=$work/image bash "$work/$1" >/dev/null 2>"$work/said"
  cat "$work/image/$work/etc/multipath.conf" "$work/image/$work"/etc/multipath/conf.d/*.conf 2>/dev/null
}

good=$'defaults {\n verbosity 2\n}'
bad=$'defaults {\n verbosity 2'
last=$'# last\ndefaults {\n}'
for hook in hook dracut; do
  echo "$good" >"$work/etc/multipath.conf"
  echo '# more' >"$work/etc/multipath/conf.d/a.conf"
  echo "$last" >"$work/etc/multipath/last-good.conf"
  check_equal "$hook packs a configuration without errors" "$good"$'\n# more' "$(packed $hook)"
  check_equal "$hook says nothing about it" 0 "$(grep -c multipath: "$work/said")"
  echo "$bad" >"$work/etc/multipath.conf"
  check_equal "$hook packs the last one without errors instead of one with errors" "$last" "$(packed $hook)"
  check_equal "$hook says so" 1 "$(grep -c 'has errors.*uses the last valid configuration' "$work/said")"
  rm "$work/etc/multipath/last-good.conf"
  check_equal "$hook packs the one with errors when there is no other" "$bad"$'\n# more' "$(packed $hook)"
  check_equal "$hook says what the image goes by" 1 "$(grep -c 'has errors.*built-in settings' "$work/said")"
  echo "$bad" >"$work/etc/multipath/last-good.conf"
  check_equal "$hook packs no copy that has errors itself" "$bad"$'\n# more' "$(packed $hook)"
done
