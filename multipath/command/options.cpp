#include "multipath/command/options.h"

#include <map>

#include <boost/program_options.hpp>

#include "multipath/config/diagnostic.h"

namespace multipath {
namespace {
namespace po = boost::program_options;

/// Where Boost puts words that are not options; users cannot type it.
constexpr const char* positional_name = "_words";

/// An option as the user types it: Boost calls "-v" "--v".
std::string typed_name(const po::error_with_option_name& error) {
  constexpr std::size_t length_of_letter = 3;
  std::string name = error.get_option_name();
  if (name.starts_with("--") && name.size() == length_of_letter) name.erase(0, 1);
  return name;
}

/// " (did you mean --json?)", if one of `known` is near.
std::string suggestion_for_option(const std::string& name, const po::options_description& known) {
  if (!name.starts_with("--")) return "";
  std::vector<std::string_view> long_names;
  for (const auto& option : known.options())
    if (!option->long_name().empty() && option->long_name().front() != '_')
      long_names.push_back(option->long_name());
  const std::string nearest = nearest_word(std::string_view(name).substr(2), long_names);
  return nearest.empty() ? "" : " (did you mean --" + nearest + "?)";
}

std::string explain(const po::error& error, const po::options_description& known) {
  if (const auto* unknown = dynamic_cast<const po::unknown_option*>(&error)) {
    const std::string name = unknown->get_option_name();
    return "unknown option '" + name + "'" + suggestion_for_option(name, known);
  }
  if (const auto* syntax = dynamic_cast<const po::invalid_command_line_syntax*>(&error)) {
    const std::string name = typed_name(*syntax);
    const bool lacks_value = syntax->kind() == po::invalid_syntax::missing_parameter ||
                             syntax->kind() == po::invalid_syntax::empty_adjacent_parameter;
    return "option '" + name + (lacks_value ? "' requires a value" : "' does not take a value");
  }
  return error.what();
}

/// Short options may be joined ("-Fv2"). Long options cannot be abbreviated: a new option must not
/// change the meaning of a script's abbreviation.
constexpr int style =
    po::command_line_style::allow_long | po::command_line_style::allow_short |
    po::command_line_style::allow_dash_for_short | po::command_line_style::allow_sticky |
    po::command_line_style::long_allow_adjacent | po::command_line_style::long_allow_next |
    po::command_line_style::short_allow_adjacent | po::command_line_style::short_allow_next;

}  // namespace

struct Options::Declared {
  po::options_description visible;
  po::options_description hidden;
  std::map<std::string, std::function<void(const std::vector<std::string>&)>> take;
  std::vector<std::string>* words = nullptr;

  /// What Boost calls an option in its result: the long name, or "-l" for a short option alone.
  static std::string key(const std::string& names) {
    const auto comma = names.find(',');
    return comma == 0 ? "-" + names.substr(1) : names.substr(0, comma);
  }
};

Options::Options() : declared_(std::make_unique<Declared>()) {}
Options::~Options() = default;
Options::Options(Options&&) noexcept = default;
Options& Options::operator=(Options&&) noexcept = default;

Options& Options::flag(const std::string& names, bool& given, const std::string& help) {
  declared_->visible.add_options()(names.c_str(), help.c_str());
  declared_->take[Declared::key(names)] = [&given](const std::vector<std::string>&) {
    given = true;
  };
  return *this;
}

Options& Options::value(const std::string& names, const std::string& placeholder,
                        std::function<void(const std::string&)> take, const std::string& help) {
  declared_->visible.add_options()(names.c_str(), po::value<std::string>()->value_name(placeholder),
                                   help.c_str());
  declared_->take[Declared::key(names)] =
      [take = std::move(take)](const std::vector<std::string>& values) {
        for (const std::string& value : values) take(value);
      };
  return *this;
}

Options& Options::arguments(std::vector<std::string>& words) {
  declared_->words = &words;
  return *this;
}

void Options::parse(const std::vector<std::string>& words) {
  po::options_description all;
  all.add(declared_->visible).add(declared_->hidden);
  all.add_options()(positional_name, po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add(positional_name, -1);
  try {
    const auto parsed =
        po::command_line_parser(words).options(all).positional(positional).style(style).run();
    for (const auto& option : parsed.options) {
      if (option.string_key == positional_name || option.string_key.empty()) {
        if (declared_->words == nullptr)
          throw UsageError("'" + option.value.at(0) + "' is not expected here");
        declared_->words->insert(declared_->words->end(), option.value.begin(), option.value.end());
      } else {
        declared_->take.at(option.string_key)(option.value);
      }
    }
  } catch (const po::error& error) {
    throw UsageError(explain(error, declared_->visible));
  }
}

std::string Options::help() const {
  std::ostringstream text;
  text << declared_->visible;
  return text.str();
}

}  // namespace multipath
