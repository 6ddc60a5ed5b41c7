#pragma once

#include <string>

#include "multipath/model/finding.h"

namespace multipath::daemon {

/// Where the daemon's lines go. No call waits.
class Journal {
 public:
  virtual ~Journal() = default;
  virtual void add(const Finding& finding) = 0;

  void note(const std::string& subject, const std::string& text) {
    add({Finding::Severity::note, subject, text});
  }
  void warn(const std::string& subject, const std::string& text) {
    add({Finding::Severity::warning, subject, text});
  }
  void error(const std::string& subject, const std::string& text) {
    add({Finding::Severity::error, subject, text});
  }
};

}  // namespace multipath::daemon
