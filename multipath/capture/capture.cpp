#include "multipath/capture/capture.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

namespace multipath {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void failed(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

void make_directory(const fs::path& directory) {
  constexpr mode_t owner_alone = 0700;
  if (::mkdir(directory.c_str(), owner_alone) != 0)
    failed(errno, fmt::format("can not make the directory {}", directory.string()));
}

void write_file(const fs::path& file, const std::string& content) {
  std::ofstream stream(file, std::ios::binary);
  stream << content;
  stream.close();
  if (!stream) failed(errno == 0 ? EIO : errno, fmt::format("can not write {}", file.string()));
}

}  // namespace

void write_capture(const Capture& capture, const std::string& directory) {
  const fs::path root(directory);
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

CaptureDirectory::CaptureDirectory(std::string directory) : directory_(std::move(directory)) {
  const auto mark = read("capture");
  if (!mark) throw std::runtime_error("is no capture: it has no file \"capture\"");
  if (mark->substr(0, mark->find('\n')) != capture_mark) {
    throw std::runtime_error(
        fmt::format("is no capture that this version can read: its file \"capture\" does not begin "
                    "with \"{}\"",
                    capture_mark));
  }
}

std::optional<std::string> CaptureDirectory::read(const std::string& file) const {
  const fs::path path = fs::path(directory_) / file;
  std::error_code error;
  const auto status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return std::nullopt;
  if (!fs::is_regular_file(status)) failed(EINVAL, fmt::format("{} is no file", file));
  std::ifstream stream(path, std::ios::binary);
  std::string content(fs::file_size(path), '\0');
  if (!stream.read(content.data(), static_cast<std::streamsize>(content.size())))
    failed(errno == 0 ? EIO : errno, fmt::format("can not read {}", file));
  return content;
}

std::vector<std::string> CaptureDirectory::state_files() const {
  std::vector<std::string> files;
  std::error_code none;
  const fs::path root(directory_);
  for (fs::recursive_directory_iterator it(root / "etc", none), end; it != end;
       it.increment(none)) {
    if (it->is_regular_file()) files.push_back("/" + fs::relative(it->path(), root).string());
  }
  return files;
}

}  // namespace multipath
