#include "multipath/view/native_nvme.h"

#include <fmt/format.h>

#include "multipath/model/ascii.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

/// The address column: "0:1:1" for "nvme0c1n1".
std::string address_of(const NativePath& path) {
  std::string address;
  for (const char c : path.kname) {
    if (is_digit(c)) address += c;
    if ((c == 'c' || c == 'n') && !address.empty()) address += ':';
  }
  return address;
}

int priority_of(const NativePath& path) {
  if (path.access == "optimized") return 50;
  return path.access == "non-optimized" ? 10 : 0;
}

std::string access_of(const NativePath& path) {
  return path.access.empty() ? "n/a" : printable(path.access);
}

}  // namespace

std::string render_native(std::span<const NativeNamespace> heads) {
  std::string text;
  for (const NativeNamespace& head : heads) {
    const bool has_ana = !head.paths.empty() && !head.paths.front().access.empty();
    text += fmt::format("{} [nvme]:{} NVMe,{},{}\nsize={} features='n/a' hwhandler='{}' wp={}\n",
                        printable(head.wwid), printable(head.kname), printable(head.product),
                        printable(head.revision), head.size_sectors, has_ana ? "ANA" : "n/a",
                        head.read_only ? "ro" : "rw");
    for (const NativePath& path : head.paths) {
      const bool is_last = &path == &head.paths.back();
      text += fmt::format("{}-+- policy='n/a' prio={} status={}\n{} `- {} {} 0:0 n/a {} {}\n",
                          is_last ? "`" : "|", priority_of(path), access_of(path),
                          is_last ? " " : "|", address_of(path), printable(path.kname),
                          access_of(path), printable(path.controller_state));
    }
  }
  return text;
}

}  // namespace multipath
