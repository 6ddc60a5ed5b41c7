#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <tl/expected.hpp>

namespace multipath::daemon {

/// What multipathd's command line asks for.
struct Arguments {
  enum class Job : std::uint8_t {
    command,  ///< send `command` to the daemon
    prompt,   ///< send the lines of standard input
    daemon,   ///< be the daemon, in the foreground
    observe,  ///< be a daemon that only reports what it would do
    help,
    version,
  };
  Job job = Job::help;
  std::string command = {};  ///< in the grammar of wire::parse_client_command
};

/// Parses the words behind the program's name as multipath-tools does: "-k" alone is the prompt, and
/// the text of "-kTEXT" is a command; words that are not options are the words of a command. "-k" may
/// also come before the words. "-d" is the daemon; multipath-tools' options for it (-s, -w, -B, -n and
/// -v LEVEL) are accepted behind it and have no effect. The error names the wrong word.
tl::expected<Arguments, std::string> parse_arguments(std::span<const std::string> words);

/// The synopsis and the options.
std::string usage();

}  // namespace multipath::daemon
