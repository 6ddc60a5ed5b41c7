#pragma once

#include <string>
#include <string_view>

#include "multipath/wire/client_command.h"

namespace multipath::wire {

/// Replies of the daemon in the form of multipath-tools 0.9.8 and newer: "ok", or "fail" with the reason
/// on the lines behind it. Older clients compare the whole reply, newer ones cut the first line off.

inline constexpr std::string_view ok_reply = "ok\n";
inline constexpr std::string_view timeout_reply = "fail\ntimeout\n";
inline constexpr std::string_view permission_reply = "fail\npermission deny: need to be root\n";

/// "fail", and the reason where there is one; no final line feed in `reason`.
std::string fail_reply(std::string_view reason);

/// The reply to a text that is not a command: what is wrong, and the commands.
std::string help_reply(const GrammarError& error, std::string_view text);

/// What a client does with a reply: prints `text` and exits with `status`.
struct ClientResult {
  std::string text;
  int status = 0;
};
/// 1 for every failure, as in 0.9.8 and newer, also for a reply of an older daemon, whose failures
/// need not begin with "fail"; "fail" is cut off where a reason follows.
ClientResult result_of(std::string_view reply);

}  // namespace multipath::wire
