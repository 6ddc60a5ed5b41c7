#include "tests/support/saved_pages.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "tests/support/hex.h"

namespace tests {
namespace {

constexpr std::size_t name_columns = 9;

std::vector<std::string> columns_of(const std::string& line) {
  std::vector<std::string> columns;
  std::istringstream row(line);
  for (std::string column; std::getline(row, column, '\t');) columns.push_back(column);
  return columns;
}

scsi::ByteVector bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  auto bytes = read_hex(text.str());
  if (!bytes) throw std::runtime_error("not a hex file: " + path.string());
  return *std::move(bytes);
}

}  // namespace

std::vector<SavedPage> saved_identification_pages() {
  const std::filesystem::path directory = "../shared/data/vpd-samples";
  std::ifstream manifest(directory / "manifest.tsv");
  if (!manifest) {
    std::cout << "SKIP: saved pages of real devices: " << directory.string()
              << " is not beside the checkout\n";
  }
  std::vector<SavedPage> pages;
  for (std::string line; std::getline(manifest, line);) {
    const auto columns = columns_of(line);
    if (columns.size() < name_columns || columns[3] != "0x83") continue;
    pages.push_back({columns[0], columns[1], columns[2], columns[6], columns[7], columns[8],
                     bytes_of(directory / columns[0])});
  }
  if (manifest.is_open() && pages.empty()) throw std::runtime_error("no page 0x83 in the manifest");
  return pages;
}

}  // namespace tests
