#include "multipath/model/decision.h"

#include <algorithm>
#include <array>

namespace multipath {

std::string to_string(Decision::Verdict verdict) {
  constexpr std::array words{"pass", "stop", "note"};
  return words.at(static_cast<std::size_t>(verdict));
}

const Decision* first_stop(const std::vector<Decision>& decisions) {
  const auto found = std::ranges::find(decisions, Decision::Verdict::stop, &Decision::verdict);
  return found == decisions.end() ? nullptr : &*found;
}

}  // namespace multipath
