#pragma once

namespace multipath {

/// Whether a text goes to a terminal that takes colours.
enum class Style : bool { plain, terminal };

}  // namespace multipath
