#include "multipath/config/pattern.h"

#include <algorithm>

#include <fmt/format.h>

#include "multipath/config/expression_compiler.h"

namespace multipath {
namespace {

constexpr std::string_view special = ".[]()*+?{}|\\^$";

bool is_word_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_';
}

}  // namespace

tl::expected<RegularExpression, std::string> RegularExpression::compile(
    std::string_view expression) {
  return ExpressionCompiler(expression).compile();
}

bool RegularExpression::holds(Instruction::Kind kind, std::string_view text, std::size_t at) {
  const bool before = at > 0 && is_word_byte(text[at - 1]);
  const bool behind = at < text.size() && is_word_byte(text[at]);
  switch (kind) {
    case Instruction::Kind::text_begin:
      return at == 0;
    case Instruction::Kind::text_end:
      return at == text.size();
    case Instruction::Kind::word_boundary:
      return before != behind;
    case Instruction::Kind::not_word_boundary:
      return before == behind;
    case Instruction::Kind::word_begin:
      return !before && behind;
    case Instruction::Kind::word_end:
      return before && !behind;
    default:
      return true;
  }
}

/// The states of the automaton at a position of a text: each instruction at most once.
class RegularExpression::Run {
 public:
  Run(const RegularExpression& expression, std::string_view text)
      : expression_(expression), text_(text), entered_(expression.program_.size(), never) {}

  bool matches() {
    for (std::size_t at = 0;; ++at) {
      // A match may begin anywhere: every position also starts a new one.
      if (enter(0, at, now_)) return true;
      if (at == text_.size()) return false;
      const auto byte = static_cast<unsigned char>(text_[at]);
      next_.clear();
      for (const std::uint32_t state : now_)
        if (takes(expression_.program_[state], byte) && enter(state + 1, at + 1, next_))
          return true;
      std::swap(now_, next_);
    }
  }

 private:
  static constexpr std::size_t never = static_cast<std::size_t>(-1);

  bool takes(const Instruction& instruction, unsigned char byte) const {
    switch (instruction.kind) {
      case Instruction::Kind::byte:
        return instruction.value == byte;
      case Instruction::Kind::any:
        return true;
      default:
        return expression_.sets_[instruction.value].test(byte);
    }
  }

  /// Follows the instructions that consume no byte; returns whether the match is reached.
  bool enter(std::uint32_t state, std::size_t at, std::vector<std::uint32_t>& into) {
    pending_.assign(1, state);
    while (!pending_.empty()) {
      const std::uint32_t current = pending_.back();
      pending_.pop_back();
      if (entered_[current] == at) continue;
      entered_[current] = at;
      const Instruction& instruction = expression_.program_[current];
      switch (instruction.kind) {
        case Instruction::Kind::match:
          return true;
        case Instruction::Kind::byte:
        case Instruction::Kind::any:
        case Instruction::Kind::set:
          into.push_back(current);
          break;
        case Instruction::Kind::jump:
          pending_.push_back(instruction.value);
          break;
        case Instruction::Kind::split:
          pending_.push_back(instruction.value);
          pending_.push_back(current + 1);
          break;
        default:
          if (holds(instruction.kind, text_, at)) pending_.push_back(current + 1);
      }
    }
    return false;
  }

  const RegularExpression& expression_;
  std::string_view text_;
  std::vector<std::size_t> entered_;  ///< the position where an instruction was last entered
  std::vector<std::uint32_t> now_;
  std::vector<std::uint32_t> next_;
  std::vector<std::uint32_t> pending_;
};

bool RegularExpression::matches(std::string_view text) const { return Run(*this, text).matches(); }

bool Pattern::Literals::match(std::string_view text) const {
  return std::ranges::any_of(texts, [&](const std::string& literal) {
    if (at_begin && at_end) return text == literal;
    if (at_begin) return text.starts_with(literal);
    if (at_end) return text.ends_with(literal);
    return text.find(literal) != std::string_view::npos;
  });
}

std::size_t Pattern::shortest_match() const {
  if (compiled_) return 0;
  std::size_t shortest = std::string::npos;
  for (const std::string& text : literals_.texts) {
    const bool ends_with_blank = text.ends_with(' ');
    if (ends_with_blank && literals_.at_end) continue;
    shortest = std::min(shortest, text.size() + (ends_with_blank ? 1 : 0));
  }
  return shortest;
}

bool Pattern::parse_literals(std::string_view expression, Literals& literals) {
  if (expression == ".*") expression = "";
  if (expression.starts_with('^')) {
    literals.at_begin = true;
    expression.remove_prefix(1);
  }
  if (expression.ends_with('$')) {
    literals.at_end = true;
    expression.remove_suffix(1);
  }
  const bool is_choice = expression.starts_with('(') && expression.ends_with(')');
  if (is_choice) expression = expression.substr(1, expression.size() - 2);
  std::string_view rest = expression;
  while (true) {
    const std::size_t end = is_choice ? std::min(rest.find('|'), rest.size()) : rest.size();
    const std::string_view literal = rest.substr(0, end);
    if (literal.find_first_of(special) != std::string_view::npos) return false;
    if (is_choice && literal.empty()) return false;
    literals.texts.emplace_back(literal);
    if (end == rest.size()) return true;
    rest.remove_prefix(end + 1);
  }
}

tl::expected<Pattern, std::string> Pattern::compile(std::string_view expression) {
  if (expression.size() > longest)
    return tl::unexpected(fmt::format("longer than {} bytes", longest));
  if (expression.find('\0') != std::string_view::npos)
    return tl::unexpected(std::string("it contains a NUL byte"));
  Pattern pattern;
  pattern.expression_ = expression;
  if (parse_literals(expression, pattern.literals_)) return pattern;
  auto compiled = RegularExpression::compile(expression);
  if (!compiled) return tl::unexpected(std::move(compiled.error()));
  pattern.compiled_ = std::make_shared<const RegularExpression>(std::move(*compiled));
  return pattern;
}

bool Pattern::matches(std::string_view text) const {
  if (!compiled_) return literals_.match(text);
  return compiled_->matches(text);
}

tl::expected<RulePattern, std::string> RulePattern::compile(std::string_view text) {
  const bool inverted = text.starts_with('!');
  auto pattern = Pattern::compile(inverted ? text.substr(1) : text);
  if (!pattern) return tl::unexpected(pattern.error());
  return RulePattern(std::string(text), std::move(*pattern), inverted);
}

}  // namespace multipath
