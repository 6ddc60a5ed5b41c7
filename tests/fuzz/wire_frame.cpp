#include <cstdint>
#include <cstdlib>
#include <vector>

#include "multipath/wire/frame.h"

namespace {

using namespace multipath::wire;

struct Taken {
  std::vector<std::string> messages;
  bool broken = false;

  auto operator<=>(const Taken&) const = default;
};

/// The messages of a stream that arrives in pieces of `step` bytes.
Taken take(std::string_view bytes, std::size_t step) {
  FrameReader reader(longest_command);
  Taken taken;
  while (!bytes.empty() && !taken.broken) {
    const std::string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    reader.append(piece);
    while (auto message = reader.next()) taken.messages.push_back(std::move(*message));
    taken.broken = reader.is_broken();
  }
  return taken;
}

}  // namespace

/// A stream has the same messages however it is split, and a message survives a round trip.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Taken whole = take(bytes, size + 1);
  if (take(bytes, 1) != whole || take(bytes, 7) != whole) std::abort();
  for (const std::string& message : whole.messages) {
    if (message.size() >= longest_command) std::abort();
    if (take(framed(message), 3).messages != std::vector{message}) std::abort();
  }
  return 0;
}
