#include "multipath/model/finding.h"

namespace multipath {

std::string to_string(const Finding& finding) {
  return finding.subject.empty() ? finding.text : finding.subject + ": " + finding.text;
}

}  // namespace multipath
