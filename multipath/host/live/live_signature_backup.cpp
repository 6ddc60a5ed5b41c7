#include "multipath/host/live/live_signature_backup.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "multipath/host/live/guarded_directory.h"
#include "multipath/model/number_text.h"

namespace multipath {
namespace {

namespace fs = std::filesystem;
using Missing = GuardedDirectory::Missing;
using Shared = GuardedDirectory::Shared;

/// libblkid knows no longer signature.
constexpr std::size_t longest_signature = 1U << 16;
constexpr std::string_view ending = ".bak";

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

/// "/dev/mapper/mpatha" -> "mpatha"
std::string base_name(const std::string& node) { return node.substr(node.rfind('/') + 1); }

/// The offset in "wipefs-mpatha-0x00000438.bak"; nothing for other names.
std::optional<off_t> offset_in(std::string_view name, const std::string& node) {
  const std::string begin = fmt::format("wipefs-{}-0x", base_name(node));
  if (!name.starts_with(begin) || !name.ends_with(ending)) return std::nullopt;
  name.remove_prefix(begin.size());
  name.remove_suffix(std::min(ending.size(), name.size()));
  constexpr int hexadecimal = 16;
  const auto offset = parse_number<std::uint64_t>(name, hexadecimal);
  return offset ? std::optional(static_cast<off_t>(*offset)) : std::nullopt;
}

std::vector<std::string> saved_files(const GuardedDirectory& directory, const std::string& node) {
  auto names = directory.names();
  std::erase_if(names, [&](const std::string& name) { return !offset_in(name, node); });
  return names;
}

void move_aside(const GuardedDirectory& directory, const std::string& node) {
  const auto old = saved_files(directory, node);
  if (old.empty()) return;
  const auto names = directory.names();
  int number = 1;
  const auto name = [&] { return fmt::format("{}.{}", base_name(node), number); };
  while (std::ranges::binary_search(names, name())) ++number;
  const GuardedDirectory aside = directory.make_directory(name());
  for (const std::string& file : old) directory.move(file, aside);
  aside.sync();
  directory.sync();
}

void require_same(const std::string& node, off_t offset, const std::string& saved,
                  const std::string& file) {
  const scsi::FileDescriptor device(
      ::open(node.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!device) fail(errno, "cannot open " + node);
  std::string there(saved.size(), '\0');
  for (std::size_t at = 0; at < there.size();) {
    const ssize_t got =
        ::pread(*device, there.data() + at, there.size() - at, offset + static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail(got < 0 ? errno : EIO, "cannot read " + node);
    at += static_cast<std::size_t>(got);
  }
  if (there != saved || saved.empty())
    fail(EIO, fmt::format("{} differs from the content of {}; nothing was erased", file, node));
}

void sync_file(const GuardedDirectory& directory, const std::string& name) {
  const scsi::FileDescriptor file(
      ::openat(directory.descriptor(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file || ::fsync(*file) != 0)
    fail(errno, fmt::format("cannot write {}/{}", directory.path(), name));
}

}  // namespace

void LiveSignatureBackup::require_trusted(const std::string& directory) const {
  fs::path there(directory);
  std::error_code ignored;
  while (!fs::exists(fs::symlink_status(there, ignored)) && there.has_relative_path())
    there = there.parent_path();
  GuardedDirectory(there.string(), Missing::refuse,
                   there == fs::path(directory) ? Shared::no : Shared::sticky);
}

std::string LiveSignatureBackup::begin(const std::string& directory, const std::string& node) {
  const GuardedDirectory target(directory, Missing::make, Shared::no);
  move_aside(target, node);
  std::string fresh = target.path() + "/saving-XXXXXX";
  // The whole path is trusted: no other user can place a file there.
  if (::mkdtemp(fresh.data()) == nullptr) fail(errno, "cannot create directory " + fresh);
  return fresh;
}

void LiveSignatureBackup::keep(const std::string& fresh, const std::string& directory,
                               const std::string& node, Compare compare) {
  const GuardedDirectory target(directory, Missing::refuse, Shared::no);
  const GuardedDirectory from(fresh, Missing::refuse, Shared::no);
  const auto kept = target.names();
  for (const std::string& name : from.names()) {
    const auto offset = offset_in(name, node);
    if (!offset) continue;
    const std::string saved = from.read(name, longest_signature);
    if (compare == Compare::with_device)
      require_same(node, *offset, saved, fmt::format("{}/{}", from.path(), name));
    if (!std::ranges::binary_search(kept, name)) {
      sync_file(from, name);
      from.move(name, target);
    } else if (target.read(name, longest_signature) != saved) {
      fail(EEXIST, fmt::format("{}/{} exists with other content", target.path(), name));
    }
  }
  target.sync();
}

void LiveSignatureBackup::end(const std::string& fresh) noexcept {
  try {
    const fs::path path(fresh);
    GuardedDirectory(path.parent_path().string(), Missing::refuse, Shared::no)
        .remove_directory(path.filename().string());
  } catch (const std::exception&) {
    // Keep the directory: its name tells an administrator what it is.
  }
}

}  // namespace multipath
