#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace tests {

/// The directories of the captured hosts of tests/hosts. Outside of the checkout there are none:
/// reports that the test is skipped.
inline std::vector<std::string> captured_hosts() {
  namespace fs = std::filesystem;
  std::vector<std::string> directories;
  if (!fs::is_directory("tests/hosts")) {
    MESSAGE("SKIP: tests/hosts is not below the working directory");
    return directories;
  }
  for (const auto& entry : fs::directory_iterator("tests/hosts")) {
    if (fs::is_directory(entry.path() / "host"))
      directories.push_back((entry.path() / "host").string());
  }
  return directories;
}

}  // namespace tests
