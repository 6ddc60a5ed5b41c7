#include "multipath/capture/capture.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "multipath/model/cut.h"

namespace multipath {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view archive_ending = ".tar";

[[noreturn]] void failed(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

void make_directory(const fs::path& directory) {
  constexpr mode_t owner_alone = 0700;
  if (::mkdir(directory.c_str(), owner_alone) != 0)
    failed(errno, fmt::format("can not make the directory {}", directory.string()));
}

/// A new file, removed again where it can not be written whole.
void write_file(const std::string& file, std::string_view content) {
  constexpr mode_t owner_alone = 0600;
  Descriptor opened(
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, owner_alone));
  const auto give_up = [&](bool is_there) {
    const int error = errno;
    if (is_there) ::unlink(file.c_str());
    failed(error, fmt::format("can not write {}", file));
  };
  if (!opened) give_up(false);
  while (!content.empty()) {
    const ssize_t put = ::write(*opened, content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) give_up(true);
    content.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::close(opened.release()) != 0) give_up(true);
}

void write_directory(const Capture& capture, const fs::path& root) {
  make_directory(root);
  try {
    for (const auto& [name, content] : capture.files) {
      fs::path folder = root;
      for (const fs::path& part : fs::path(name).parent_path()) {
        folder /= part;
        if (!fs::is_directory(folder)) make_directory(folder);
      }
      write_file(root / name, content);
    }
  } catch (const std::system_error&) {
    std::error_code ignored;
    fs::remove_all(root, ignored);
    throw;
  }
}

std::string content_of(int descriptor, const std::string& file) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) failed(errno, fmt::format("can not read {}", file));
  if (!S_ISREG(status.st_mode)) failed(EINVAL, fmt::format("{} is no file", file));
  const auto size = static_cast<std::size_t>(status.st_size);
  // In parts that stay in the cache, as room for all would first be filled with zeros.
  std::string content;
  content.reserve(size);
  std::array<char, 1U << 16U> part;
  while (content.size() < size) {
    const ssize_t got =
        ::read(descriptor, part.data(), std::min(part.size(), size - content.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) failed(errno, fmt::format("can not read {}", file));
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
  if (name.ends_with(archive_ending)) {
    write_file(name, tar_of(capture.files));
  } else {
    write_directory(capture, name);
  }
}

CaptureFiles::CaptureFiles(const std::string& name) : directory_(name) {
  constexpr int reading_what_the_user_names = reading & ~O_NOFOLLOW;
  Descriptor opened(::open(name.c_str(), reading_what_the_user_names));
  if (!opened) failed(errno, "is no capture that can be opened");
  struct stat status{};
  if (::fstat(*opened, &status) != 0) failed(errno, "is no capture that can be read");
  if (S_ISDIR(status.st_mode)) {
    folders_.emplace("", std::move(opened));
  } else {
    take_archive(*opened);
  }
  const auto mark = read("capture");
  if (!mark) throw std::runtime_error("is no capture: it has no file \"capture\"");
  if (mark->substr(0, mark->find('\n')) != capture_mark) {
    throw std::runtime_error(
        fmt::format("is no capture that this version can read: its file \"capture\" does not begin "
                    "with \"{}\"",
                    capture_mark));
  }
}

void CaptureFiles::take_archive(int descriptor) {
  archive_ = content_of(descriptor, "it");
  auto files = read_tar(archive_);
  if (!files) {
    throw std::runtime_error(fmt::format("is no archive that can be read: {} (at byte {})",
                                         files.error().what, files.error().offset));
  }
  const std::string mark = "capture", below = "/" + mark;
  if (!files->contains(mark)) {
    const auto found = std::ranges::find_if(*files, [&](const auto& file) {
      return file.first.ends_with(below) &&
             file.first.find('/') == file.first.size() - below.size();
    });
    if (found == files->end())
      throw std::runtime_error("is no capture: it has no file \"capture\"");
    const std::string folder = found->first.substr(0, found->first.size() - mark.size());
    TarFiles in_folder;
    for (const auto& [file, content] : *files) {
      if (file.starts_with(folder)) in_folder.emplace(file.substr(folder.size()), content);
    }
    *files = std::move(in_folder);
  }
  members_ = std::move(*files);
}

const Descriptor& CaptureFiles::folder(const std::string& name) const {
  const auto known = folders_.find(name);
  if (known != folders_.end()) return known->second;
  const auto [above, leaf] = split(name);
  const Descriptor& parent = folder(above);
  Descriptor opened;
  if (parent) opened = Descriptor(::openat(*parent, leaf.c_str(), reading | O_DIRECTORY));
  if (parent && !opened && !is_not_there(errno))
    failed(errno, fmt::format("can not open {}", name));
  return folders_.emplace(name, std::move(opened)).first->second;
}

std::optional<std::string> CaptureFiles::read(const std::string& file) const {
  if (members_) {
    const auto found = members_->find(file);
    return found == members_->end() ? std::nullopt : std::optional<std::string>(found->second);
  }
  const auto [above, leaf] = split(file);
  const Descriptor& parent = folder(above);
  if (!parent) return std::nullopt;
  const Descriptor opened(::openat(*parent, leaf.c_str(), reading));
  if (!opened && is_not_there(errno)) return std::nullopt;
  if (!opened) failed(errno, fmt::format("can not open {}", file));
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
