#include "multipath/watch/action.h"

#include <fmt/format.h>

namespace multipath::watch {
namespace {

struct Text {
  std::string operator()(const Ask& ask) const {
    return fmt::format("ask {}{}{}", to_string(ask.number), ask.identity ? " identity" : "",
                       ask.read ? " read" : "");
  }
  std::string operator()(const Message& message) const {
    switch (message.kind) {
      case Message::Kind::fail_path:
        return fmt::format("{}: fail_path {}", message.uuid, to_string(message.number));
      case Message::Kind::reinstate_path:
        return fmt::format("{}: reinstate_path {}", message.uuid, to_string(message.number));
      case Message::Kind::switch_group:
        return fmt::format("{}: switch_group {}", message.uuid, message.group);
      case Message::Kind::queue:
        return message.uuid + ": queue_if_no_path";
      case Message::Kind::stop_queueing:
        return message.uuid + ": fail_if_no_path";
    }
    return {};
  }
  std::string operator()(const Replan& replan) const {
    return fmt::format("{}: plan ({})", replan.uuid, replan.reason);
  }
  std::string operator()(const ReadMap& read) const { return read.uuid + ": read"; }
  std::string operator()(const Note& note) const {
    return fmt::format("note {}: {}", note.subject, note.text);
  }
};

}  // namespace

std::string to_string(const Action& action) { return std::visit(Text(), action); }

}  // namespace multipath::watch
