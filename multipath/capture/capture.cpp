#include "multipath/capture/capture.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "multipath/host/live/guarded_directory.h"
#include "multipath/model/cut.h"

namespace multipath {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view archive_ending = ".tar";
constexpr const char* not_a_capture = "is not a capture: the file \"capture\" is missing";

[[noreturn]] void failed(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

using Missing = GuardedDirectory::Missing;
using Shared = GuardedDirectory::Shared;

/// The folder that a new name is made in, and the name.
std::pair<GuardedDirectory, std::string> place_of(const std::string& name) {
  const fs::path path = fs::absolute(name).lexically_normal();
  const fs::path whole = path.filename().empty() ? path.parent_path() : path;
  return {GuardedDirectory(whole.parent_path().string(), Missing::refuse, Shared::sticky),
          whole.filename().string()};
}

void write_file_below(const GuardedDirectory& root, const fs::path& name,
                      std::string_view content) {
  std::optional<GuardedDirectory> folder;
  for (const fs::path& part : name.parent_path())
    folder.emplace((folder ? *folder : root).directory(part.string()));
  (folder ? *folder : root).write_new(name.filename().string(), content);
}

void write_directory(const Capture& capture, const GuardedDirectory& above,
                     const std::string& name) {
  const GuardedDirectory root = above.make_directory(name);
  try {
    for (const auto& [file, content] : capture.files) write_file_below(root, file, content);
  } catch (const std::system_error&) {
    above.remove_directory(name);
    throw;
  }
}

std::string content_of(int descriptor, const std::string& file) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) failed(errno, fmt::format("cannot read {}", file));
  if (!S_ISREG(status.st_mode)) failed(EINVAL, fmt::format("{} is not a regular file", file));
  const auto size = static_cast<std::size_t>(status.st_size);
  // In parts that stay in the cache, as room for all would first be filled with zeros.
  std::string content;
  content.reserve(size);
  std::array<char, 1U << 16U> part;
  while (content.size() < size) {
    const ssize_t got =
        ::read(descriptor, part.data(), std::min(part.size(), size - content.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) failed(errno, fmt::format("cannot read {}", file));
    if (got == 0) break;
    content.append(part.data(), static_cast<std::size_t>(got));
  }
  return content;
}

/// A link would lead out of the capture; a fifo would hang us.
constexpr int reading = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

bool is_not_there(int error) { return error == ENOENT || error == ENOTDIR; }

/// "a/b" as the folder "a" and "b" in it.
std::pair<std::string, std::string> split(const std::string& name) {
  const auto slash = name.rfind('/');
  if (slash == name.npos) return {"", name};
  return {name.substr(0, slash), name.substr(slash + 1)};
}

}  // namespace

void write_capture(const Capture& capture, const std::string& name) {
  const auto [folder, own_name] = place_of(name);
  if (own_name.ends_with(archive_ending)) {
    folder.write_new(own_name, tar_of(capture.files));
  } else {
    write_directory(capture, folder, own_name);
  }
}

CaptureFiles::CaptureFiles(const std::string& name) : directory_(name) {
  constexpr int reading_what_the_user_names = reading & ~O_NOFOLLOW;
  scsi::FileDescriptor opened(::open(name.c_str(), reading_what_the_user_names));
  if (!opened) failed(errno, "cannot open the capture");
  struct stat status{};
  if (::fstat(*opened, &status) != 0) failed(errno, "cannot read the capture");
  if (S_ISDIR(status.st_mode)) {
    folders_.emplace("", std::move(opened));
  } else if (!S_ISREG(status.st_mode)) {
    throw std::runtime_error("is neither a directory nor a tar archive");
  } else {
    take_archive(*opened);
  }
  const auto mark = read("capture");
  if (!mark) throw std::runtime_error(not_a_capture);
  if (mark->substr(0, mark->find('\n')) != capture_mark) {
    throw std::runtime_error(
        fmt::format("is not a capture that this version can read: its file \"capture\" does not "
                    "begin with \"{}\"",
                    capture_mark));
  }
}

void CaptureFiles::take_archive(int descriptor) {
  archive_ = content_of(descriptor, "the capture");
  auto files = read_tar(archive_);
  if (!files) {
    throw std::runtime_error(fmt::format("is not a readable archive: {} (at byte {})",
                                         files.error().what, files.error().offset));
  }
  const std::string mark = "capture", below = "/" + mark;
  if (!files->contains(mark)) {
    const auto found = std::ranges::find_if(*files, [&](const auto& file) {
      return file.first.ends_with(below) &&
             file.first.find('/') == file.first.size() - below.size();
    });
    if (found == files->end()) throw std::runtime_error(not_a_capture);
    const std::string folder = found->first.substr(0, found->first.size() - mark.size());
    TarFiles in_folder;
    for (const auto& [file, content] : *files) {
      if (file.starts_with(folder)) in_folder.emplace(file.substr(folder.size()), content);
    }
    *files = std::move(in_folder);
  }
  members_ = std::move(*files);
}

const scsi::FileDescriptor& CaptureFiles::folder(const std::string& name) const {
  const auto known = folders_.find(name);
  if (known != folders_.end()) return known->second;
  const auto [above, leaf] = split(name);
  const scsi::FileDescriptor& parent = folder(above);
  scsi::FileDescriptor opened;
  if (parent) opened = scsi::FileDescriptor(::openat(*parent, leaf.c_str(), reading | O_DIRECTORY));
  if (parent && !opened && !is_not_there(errno)) failed(errno, fmt::format("cannot open {}", name));
  return folders_.emplace(name, std::move(opened)).first->second;
}

const scsi::FileDescriptor& CaptureFiles::locked_folder(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return folder(name);
}

std::optional<std::string> CaptureFiles::read(const std::string& file) const {
  if (members_) {
    const auto found = members_->find(file);
    return found == members_->end() ? std::nullopt : std::optional<std::string>(found->second);
  }
  const auto [above, leaf] = split(file);
  const scsi::FileDescriptor& parent = locked_folder(above);
  if (!parent) return std::nullopt;
  const scsi::FileDescriptor opened(::openat(*parent, leaf.c_str(), reading));
  if (!opened && is_not_there(errno)) return std::nullopt;
  if (!opened) failed(errno, fmt::format("cannot open {}", file));
  return content_of(*opened, file);
}

std::vector<std::string> CaptureFiles::state_files() const {
  std::vector<std::string> files;
  if (members_) {
    for (const auto& [name, content] : *members_)
      if (name.starts_with("etc/")) files.push_back("/" + name);
    return files;
  }
  std::error_code none;
  const fs::path root(directory_);
  for (fs::recursive_directory_iterator it(root / "etc", none), end; it != end;
       it.increment(none)) {
    if (fs::is_regular_file(it->symlink_status()))
      files.push_back("/" + fs::relative(it->path(), root).string());
  }
  return files;
}

}  // namespace multipath
