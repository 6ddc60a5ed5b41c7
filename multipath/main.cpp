#include <cstdlib>
#include <exception>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include <malloc.h>
#include <unistd.h>

#include "multipath/claims/path_verdict.h"
#include "multipath/command/program.h"
#include "multipath/host/live/live_host.h"
#include "multipath/model/printable.h"

namespace {

using namespace multipath;

std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable)
    variables.emplace_back(*variable);
  return variables;
}

/// The run is short and soon needs again what it frees. Memory that goes back to the kernel would
/// have to be cleared page by page.
void keep_memory() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
}

int run(std::vector<std::string> words, Streams& streams) {
  if (const auto capture = take_host(words)) return run_on_capture(*capture, words, streams);
  LiveHost live(environment());
  Context context = streams.context(live.host());
  context.is_root = geteuid() == 0;
  context.in = &std::cin;
  context.keeps_configuration = true;
  if (const char* former = std::getenv(verdict_property)) context.former_verdict = former;
  return run_command(context, words);
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory();
  int status = 1;
  Streams streams;
  try {
    status = run({argv + 1, argv + argc}, streams);
    streams.out.flush();
    if (!streams.out) {
      streams.err << "multipath: could not write all of the output\n";
      status = status == 0 ? 1 : status;
    }
  } catch (const std::exception& error) {
    streams.err << "multipath: " << printable(error.what()) << '\n';
  }
  // A thread may still wait for a device that does not answer: exit without waiting for it.
  streams.err.flush();
  _exit(status);
}
