#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "multipath/command/context.h"
#include "multipath/command/shared_options.h"
#include "multipath/run/load_configuration.h"

namespace multipath {

/// How many arguments a verb takes.
struct ArgumentCount {
  static constexpr std::size_t any = std::numeric_limits<std::size_t>::max();
  std::size_t least = 0;
  std::size_t most = any;
};

/// What must be there before a verb runs.
struct Requirements {
  bool device_mapper = false;  ///< a driver that answers
  bool root = false;           ///< on a capture everybody is root
  bool live_host = false;      ///< not a capture
};
constexpr Requirements operator|(const Requirements& a, const Requirements& b) {
  return {.device_mapper = a.device_mapper || b.device_mapper,
          .root = a.root || b.root,
          .live_host = a.live_host || b.live_host};
}

/// The options of one verb, and its work.
class VerbCommand {
 public:
  virtual ~VerbCommand() = default;
  virtual void declare(Options& options) = 0;
  /// Where the arguments go.
  virtual std::vector<std::string>& words() = 0;
  /// Throws UsageError for options and arguments that do not go together.
  virtual void check() const = 0;
  /// What these options require beyond the verb's row.
  virtual Requirements requirements() const = 0;
  virtual ExitStatus run(Context& context) const = 0;
};

/// A row of the table in verbs.cpp.
struct VerbRow {
  const char* name;
  const char* summary;    ///< its line in `multipath --help`
  const char* purpose;    ///< whole sentences, for `multipath VERB --help`
  const char* arguments;  ///< "MAP NAME"
  ArgumentCount count = {};
  Requirements requirements = {};
  WithErrors with_errors;  ///< what it does when the configuration has errors
  PrintWarnings warnings = PrintWarnings::yes;
  std::unique_ptr<VerbCommand> (*make)();
};

/// Parses the words, checks what the verb requires, and runs it. What it throws becomes a message
/// and a status.
ExitStatus run_verb(Context& context, const VerbRow& verb, const std::vector<std::string>& words);

/// A verb whose options are the fields of a `VerbOptions`, which is derived from SharedOptions and
/// has declare(Options&), and check() and requirements() where it needs them.
template <typename VerbOptions>
std::unique_ptr<VerbCommand> verb_command(ExitStatus (*function)(Context&, const VerbOptions&)) {
  class Command final : public VerbCommand {
   public:
    explicit Command(ExitStatus (*work)(Context&, const VerbOptions&)) : function_(work) {}
    void declare(Options& options) override { options_.declare(options); }
    std::vector<std::string>& words() override { return options_.words; }
    void check() const override {
      if constexpr (requires { options_.check(); }) options_.check();
    }
    Requirements requirements() const override {
      if constexpr (requires { options_.requirements(); }) return options_.requirements();
      return {};
    }
    ExitStatus run(Context& context) const override { return function_(context, options_); }

   private:
    VerbOptions options_;
    ExitStatus (*function_)(Context&, const VerbOptions&);
  };
  return std::make_unique<Command>(function);
}

}  // namespace multipath
