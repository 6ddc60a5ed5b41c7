#pragma once

#include <string>

#include "libsg/bytes.h"

namespace scsi {

/// The text of a left-aligned field: as sent, without the blanks and NULs that fill it up.
std::string text_field(ByteView bytes);

/// The text of a field that devices fill up on either side.
std::string trimmed_text_field(ByteView bytes);

}  // namespace scsi
