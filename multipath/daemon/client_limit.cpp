#include "multipath/daemon/client_limit.h"

#include "multipath/model/number_text.h"
#include "multipath/run/load_configuration.h"

namespace multipath::daemon {

std::chrono::milliseconds client_limit(const Host& host) {
  constexpr std::chrono::milliseconds way(100);
  constexpr std::chrono::milliseconds usual(4000);
  const auto configuration = load_configuration(host);
  const Keyword* keyword = find_keyword("uxsock_timeout", Section::defaults);
  if (!configuration || keyword == nullptr) return usual + way;
  const auto limit = parse_number<std::uint32_t>(configuration->default_value(*keyword).value);
  return limit ? std::chrono::milliseconds(*limit) + way : usual + way;
}

}  // namespace multipath::daemon
