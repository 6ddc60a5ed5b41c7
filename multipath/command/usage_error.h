#pragma once

#include <stdexcept>

namespace multipath {

/// The command line was wrong; the text says what and what would be right.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace multipath
