#include "multipath/wire/reply.h"

namespace multipath::wire {
namespace {

constexpr std::string_view failure = "fail\n";

std::string reason_of(const GrammarError& error, std::string_view text) {
  switch (error.kind) {
    case GrammarError::Kind::unknown_word:
      return std::string(text) + ": not found";
    case GrammarError::Kind::missing_argument:
      return std::string(text) + ": Missing argument";
    case GrammarError::Kind::empty:
      break;
  }
  return "no command";
}

}  // namespace

std::string fail_reply(std::string_view reason) {
  std::string reply(failure);
  if (!reason.empty()) reply.append(reason) += '\n';
  return reply;
}

std::string help_reply(const GrammarError& error, std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  std::string reply = fail_reply(reason_of(error, text));
  reply += "CLI commands reference:\n";
  for (const std::string_view line : command_help()) reply.append(" ").append(line) += '\n';
  return reply;
}

ClientResult result_of(std::string_view reply) {
  if (!reply.starts_with(failure)) {
    const bool failed = reply == "fail" || reply == "timeout\n" ||
                        reply.starts_with("permission deny: need to be root\n");
    return {std::string(reply), failed ? 1 : 0};
  }
  const std::string_view reason = reply.substr(failure.size());
  return {std::string(reason.empty() ? reply : reason), 1};
}

}  // namespace multipath::wire
