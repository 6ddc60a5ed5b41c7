#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace multipath {

/// What a command takes: declared once with the typed fields that it fills, parsed once.
/// Names are "long", "long,l" or ",l" for a letter alone.
class Options {
 public:
  Options();
  ~Options();
  Options(Options&&) noexcept;
  Options& operator=(Options&&) noexcept;

  Options& flag(const std::string& names, bool& given, const std::string& help);
  /// `take` gets the text and throws UsageError when it is no such value.
  Options& value(const std::string& names, const std::string& placeholder,
                 std::function<void(const std::string&)> take, const std::string& help);
  /// Where words that are not options go. Without this call, such a word is an error.
  Options& arguments(std::vector<std::string>& words);

  /// Throws UsageError. Options may stand behind arguments; behind "--" everything is an argument.
  void parse(const std::vector<std::string>& words);

  /// A line for each option: names, placeholder, help.
  std::string help() const;

 private:
  struct Declared;
  std::unique_ptr<Declared> declared_;
};

}  // namespace multipath
