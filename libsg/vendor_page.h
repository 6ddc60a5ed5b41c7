#pragma once

#include <string_view>

#include <tl/expected.hpp>

#include "libsg/bytes.h"

namespace scsi {

/// A vendor's VPD page, cut at its announced end: Malformed when it is another page, ends before
/// that, or before byte `needed`. `name` is for the message: "volume access page".
tl::expected<ByteView, Malformed> whole_vendor_page(ByteView page, std::uint8_t code,
                                                    std::size_t needed, std::string_view name);

}  // namespace scsi
