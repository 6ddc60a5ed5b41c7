#include <cstdint>
#include <cstdlib>
#include <vector>

#include "multipath/wire/client_command.h"
#include "multipath/wire/reply.h"

namespace {

using namespace multipath::wire;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace

/// Every text is a command or is refused with the help; the words of a command line, one a line here,
/// arrive as they were given.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto command = parse_client_command(text);
  if (!command && !help_reply(command.error(), text).starts_with("fail\n")) std::abort();
  const auto format = parse_client_command("show maps format " + command_text(words_of(text)));
  const std::vector<std::string> words = words_of(text);
  if (words.size() == 1 && (!format || format->format != words.front())) std::abort();
  return 0;
}
