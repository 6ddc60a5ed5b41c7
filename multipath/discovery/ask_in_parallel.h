#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace multipath {

/// ask_in_parallel() for answers of any type.
using AnyAnswer = std::shared_ptr<void>;
std::vector<AnyAnswer> ask_any_in_parallel(std::size_t count,
                                           std::function<AnyAnswer(std::size_t)> question,
                                           std::chrono::milliseconds deadline);

/// Asks `count` questions at a time and gives each `deadline` from its own start. Answers come back
/// by index, nothing for a question that was not answered in time. Questions that hang never keep
/// others from being asked: when nothing moved for a while, more threads are started. In all it
/// takes one deadline and the time of the questions that are answered.
///
/// A question that hangs stays behind in its thread when this returns. Whatever `question` refers
/// to must therefore live as long as the process; `question` itself is copied for the threads. It
/// must not throw.
template <typename T>
std::vector<std::optional<T>> ask_in_parallel(std::size_t count,
                                              std::function<T(std::size_t)> question,
                                              std::chrono::milliseconds deadline) {
  const auto answers = ask_any_in_parallel(
      count,
      [question = std::move(question)](std::size_t index) -> AnyAnswer {
        return std::make_shared<T>(question(index));
      },
      deadline);
  std::vector<std::optional<T>> result(answers.size());
  for (std::size_t index = 0; index < answers.size(); ++index) {
    if (answers[index]) result[index] = std::move(*static_cast<T*>(answers[index].get()));
  }
  return result;
}

}  // namespace multipath
