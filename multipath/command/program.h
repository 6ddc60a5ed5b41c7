#pragma once

#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <unistd.h>

#include "multipath/command/context.h"
#include "multipath/command/guarded_stream.h"

namespace multipath {

/// Standard output and error of the program. Nothing else writes to them.
struct Streams {
  Style out_style = style_of_descriptor(STDOUT_FILENO);
  Style err_style = style_of_descriptor(STDERR_FILENO);
  GuardedStream out{std::cout, out_style};
  GuardedStream err{std::cerr, err_style};

  Context context(Host& host) { return {host, out, err, out_style, err_style}; }
};

/// Removes "--host DIR" from the words before "--", and returns DIR. Throws UsageError.
std::optional<std::string> take_host(std::vector<std::string>& words);

/// Runs a verb if the first word names one, otherwise the packaged tool's command line.
int run_command(Context& context, const std::vector<std::string>& words);

/// Runs a command on a capture, as root. Reports on stderr what the command would have changed, and
/// what the capture could not answer: then the run has failed, whatever it printed.
int run_on_capture(const std::string& directory, const std::vector<std::string>& words,
                   Streams& streams);

}  // namespace multipath
