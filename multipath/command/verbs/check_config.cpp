#include <array>
#include <filesystem>
#include <ostream>
#include <system_error>

#include <fmt/format.h>

#include "multipath/command/options.h"
#include "multipath/command/report.h"
#include "multipath/command/verbs.h"
#include "multipath/config/review.h"
#include "multipath/host/configuration_files.h"
#include "multipath/host/state_files.h"
#include "multipath/run/load_configuration.h"
#include "multipath/view/json_results.h"
#include "multipath/view/text.h"

namespace multipath {
namespace {

constexpr const char* main_file = "/etc/multipath.conf";

struct CheckOptions : SharedOptions {
  bool fix = false;
  bool write = false;
  bool as_packaged = false;

  void declare(Options& options) {
    declare_output(options);
    options.flag("fix", fix, "print the file with mistakes corrected or commented out")
        .flag("write", write, "with --fix: replace the file, and keep the old one as FILE.bak")
        .flag("as-packaged", as_packaged, "list what multipath-tools would do differently");
  }

  void check() const {
    if (write && !fix) throw UsageError("--write requires --fix");
    if (fix && json) throw UsageError("--fix and --json cannot be combined");
    if (fix && as_packaged) throw UsageError("--fix and --as-packaged cannot be combined");
  }
};

class Checker {
 public:
  Checker(Context& context, const CheckOptions& options) : context_(context), options_(options) {}

  ExitStatus run() {
    if (options_.fix) return fix();
    const auto texts = read();
    if (!texts) return no_such_file();
    Review review = Configuration::review(texts->files);
    review.mistakes.insert(review.mistakes.begin(), texts->unreadable.begin(),
                           texts->unreadable.end());
    if (options_.json) {
      context_.out << json_of_review(
          review.mistakes, options_.as_packaged ? std::optional(review.as_packaged) : std::nullopt);
    } else if (options_.as_packaged) {
      compare(review);
    } else {
      print(review.mistakes, context_.out);
    }
    return has_errors(review.mistakes) ? ExitStatus::configuration_errors : ExitStatus::done;
  }

 private:
  StateFiles& state_files() { return *context_.host.state_files; }

  std::string name() const { return options_.words.empty() ? main_file : options_.words.front(); }

  /// Nothing when the file that was named is not there.
  std::optional<ConfigurationTexts> read() {
    if (options_.words.empty()) return read_configuration_texts(context_.host);
    ConfigurationTexts texts;
    try {
      auto text = state_files().read(name());
      if (!text) return std::nullopt;
      texts.files.push_back({name(), std::move(*text)});
    } catch (const std::system_error& error) {
      Diagnostic unreadable;
      unreadable.place.file = name();
      unreadable.what = reason_unreadable(error);
      texts.unreadable.push_back(std::move(unreadable));
    }
    return texts;
  }

  ExitStatus no_such_file() {
    const Finding missing{Finding::Severity::error, name(), "no such file"};
    return report_failure(context_, options_, std::array{missing}, ExitStatus::not_found);
  }

  void print(const Diagnostics& diagnostics, std::ostream& to) {
    for (const Diagnostic& diagnostic : diagnostics) to << printable(to_string(diagnostic)) << '\n';
  }

  void compare(const Review& review) {
    for (const Diagnostic& difference : review.as_packaged) {
      context_.out << printable(fmt::format("{}: {}", to_string(difference.place), difference.what))
                   << '\n';
    }
    for (const Diagnostic& mistake : review.mistakes) {
      if (mistake.severity != Diagnostic::Severity::error) continue;
      context_.out << printable(
                          fmt::format("{}: multipath-tools warns and goes on with the rest of "
                                      "the file; here it is an error: {}",
                                      to_string(mistake.place), mistake.what))
                   << '\n';
    }
  }

  ExitStatus fix() {
    const auto text = state_files().read(name());
    if (!text) return no_such_file();
    const Correction correction = corrected({name(), *text});
    print(correction.left, context_.err);
    if (has_errors(correction.left)) {
      context_.err << fmt::format(
          "multipath: {}: these errors cannot be corrected automatically; nothing "
          "was {}\n",
          printable(name()), options_.write ? "written" : "printed");
      return ExitStatus::configuration_errors;
    }
    if (!options_.write) {
      context_.out << correction.text;
    } else if (correction.text != *text) {
      replace(*text, correction.text);
    }
    return ExitStatus::done;
  }

  /// Writes the copy first: the old text always exists.
  void replace(const std::string& before, const std::string& after) {
    const std::string file = std::filesystem::absolute(name());
    const std::string copy = file + ".bak";
    std::error_code none;
    const auto permissions = std::filesystem::status(file, none).permissions();
    state_files().update(copy, [&](const std::string&) { return std::optional(before); });
    state_files().update(file, [&](const std::string& now) {
      if (now != before) {
        throw std::system_error(EBUSY, std::generic_category(),
                                "cannot replace " + file + ", which has changed meanwhile");
      }
      return std::optional(after);
    });
    for (const std::string& written : {copy, file})
      if (!context_.on_paper) std::filesystem::permissions(written, permissions, none);
    context_.out << fmt::format("{}: corrected; the old file is {}\n", printable(file),
                                printable(copy));
  }

  Context& context_;
  const CheckOptions& options_;
};

ExitStatus run(Context& context, const CheckOptions& check) {
  return Checker(context, check).run();
}

}  // namespace

std::unique_ptr<VerbCommand> check_config_verb() { return verb_command<CheckOptions>(run); }

}  // namespace multipath
