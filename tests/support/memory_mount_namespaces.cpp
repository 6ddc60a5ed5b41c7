#include "tests/support/memory_mount_namespaces.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "multipath/model/proc_tables.h"

namespace tests {
namespace {

std::error_code code_of(int error) { return {error, std::generic_category()}; }

std::string link_text(std::uint64_t inode) { return fmt::format("mnt:[{}]", inode); }

std::string without(const std::string& text, int mount_id) {
  std::string result;
  const std::string begin = fmt::format("{} ", mount_id);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    if (text.compare(at, begin.size(), begin) != 0) result += text.substr(at, end - at);
    at = end;
  }
  return result;
}

class MemoryMountNamespace final : public multipath::MountNamespace {
 public:
  MemoryMountNamespace(MemoryMountNamespaces& all, std::uint64_t inode)
      : all_(all), inode_(inode) {}

  std::error_code unmount(const std::string& mount_point, int mount_id,
                          std::chrono::milliseconds) override {
    all_.journal.push_back(fmt::format("umount2 {} in {}", mount_point, inode_));
    if (all_.umount2) {
      if (const auto error = all_.umount2(mount_point)) return error;
    }
    const multipath::HolderMount* top = nullptr;
    const auto mounts = multipath::parse_mountinfo(all_.mountinfo[inode_]);
    for (const auto& mount : mounts)
      if (mount.mount_point == mount_point) top = &mount;
    if (top == nullptr) return code_of(ENOENT);
    if (top->id != mount_id) return code_of(ESTALE);
    all_.forget(inode_, mount_id);
    return {};
  }

  std::optional<std::string> mountinfo() override {
    const auto found = all_.mountinfo.find(inode_);
    if (!all_.enterable || found == all_.mountinfo.end()) return std::nullopt;
    return found->second;
  }

 private:
  MemoryMountNamespaces& all_;
  std::uint64_t inode_;
};

}  // namespace

std::unique_ptr<multipath::MountNamespace> MemoryMountNamespaces::open(int pid,
                                                                       std::uint64_t inode) {
  const auto link = proc_.read_link(fmt::format("{}/ns/mnt", pid));
  if (!link) throw std::system_error(code_of(ENOENT), "cannot open mount namespace");
  if (*link != link_text(inode)) throw std::system_error(code_of(ESTALE), "another namespace");
  return std::make_unique<MemoryMountNamespace>(*this, inode);
}

void MemoryMountNamespaces::forget(std::uint64_t inode, int mount_id) {
  if (mountinfo.contains(inode)) mountinfo[inode] = without(mountinfo[inode], mount_id);
  for (const std::string& pid : proc_.list(".").value_or(std::vector<std::string>{})) {
    const std::string file = pid + "/mountinfo";
    const auto text = proc_.read(file);
    if (text && proc_.read_link(pid + "/ns/mnt") == link_text(inode))
      proc_.change(file, without(*text, mount_id));
  }
}

}  // namespace tests
