#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace multipath {

/// A wrong command line; the text names the mistake and what is expected.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The options of a command, declared with the typed fields that parse() fills.
/// Names are "long", "long,l" or ",l" for a short option alone.
class Options {
 public:
  Options();
  ~Options();
  Options(Options&&) noexcept;
  Options& operator=(Options&&) noexcept;

  Options& flag(const std::string& names, bool& given, const std::string& help);
  /// `take` receives the text, and throws UsageError if it is not such a value.
  Options& value(const std::string& names, const std::string& placeholder,
                 std::function<void(const std::string&)> take, const std::string& help);
  /// Where words that are not options go. Without this call, such a word is an error.
  Options& arguments(std::vector<std::string>& words);

  /// Throws UsageError. Options may follow arguments; everything after "--" is an argument.
  void parse(const std::vector<std::string>& words);

  /// A line for each option: names, placeholder, help.
  std::string help() const;

 private:
  struct Declared;
  std::unique_ptr<Declared> declared_;
};

}  // namespace multipath
