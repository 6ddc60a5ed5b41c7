#pragma once

#include <string>
#include <vector>

#include "libsg/bytes.h"

namespace tests {

/// A page 0x83 of a real device, with the names that other programs give to the unit.
struct SavedPage {
  std::string file;
  std::string vendor;
  std::string product;
  std::string scsi_id_name;
  std::string sg3_name;        ///< by the udev rules of sg3-utils
  std::string multipath_name;  ///< by multipath-tools; empty if unknown
  scsi::ByteVector bytes;
};

/// Reads the saved pages from ../shared/data/vpd-samples. If the directory is not beside the
/// checkout, prints a note and returns nothing.
std::vector<SavedPage> saved_identification_pages();

}  // namespace tests
