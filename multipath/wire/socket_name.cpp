#include "multipath/wire/socket_name.h"

namespace multipath::wire {

std::vector<std::string> socket_names(const std::optional<std::string>& replacement) {
  if (replacement && !replacement->empty()) return {*replacement};
  return {std::string(pathname_socket), std::string(abstract_socket)};
}

}  // namespace multipath::wire
