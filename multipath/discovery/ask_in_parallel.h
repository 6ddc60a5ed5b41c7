#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

namespace multipath {

/// Asks `count` questions at a time and gives each `deadline` from its own start; answers come back
/// by index, nothing for one that was not answered in time. DiscoveryOptions that hang never keep others
/// from being asked: when nothing moved for a while, more threads are started. In all it takes one
/// deadline and the time of those that answer.
///
/// A question that hangs stays behind in its thread when this returns. Whatever `question` refers
/// to must therefore live as long as the process; it is copied for the threads. It must not throw.
template <typename T>
std::vector<std::optional<T>> ask_in_parallel(std::size_t count,
                                              std::function<T(std::size_t)> question,
                                              std::chrono::milliseconds deadline) {
  using Steady = std::chrono::steady_clock;
  constexpr std::size_t first_threads = 16, most_threads = 2048;
  constexpr std::chrono::milliseconds stall{40};

  struct Round {
    std::mutex mutex;
    std::condition_variable changed;
    std::function<T(std::size_t)> question;
    std::vector<std::optional<T>> answers;
    std::vector<Steady::time_point> started;
    std::size_t next = 0, answered = 0;
    bool over = false;
  };
  auto round = std::make_shared<Round>();
  round->question = std::move(question);
  round->answers.resize(count);
  round->started.resize(count);

  const auto work = [round] {
    std::unique_lock lock(round->mutex);
    while (!round->over && round->next < round->answers.size()) {
      const std::size_t index = round->next++;
      round->started[index] = Steady::now();
      lock.unlock();
      T answer = round->question(index);
      lock.lock();
      if (round->over) return;
      round->answers[index] = std::move(answer);
      ++round->answered;
      if (round->answered == round->answers.size()) round->changed.notify_one();
    }
  };
  std::size_t threads = 0;
  const auto start_threads = [&](std::size_t wanted) {
    for (; threads < std::min({wanted, count, most_threads}); ++threads) {
      try {
        std::thread(work).detach();
      } catch (const std::system_error&) {
        return;  // The kernel gives no more; those that run go on.
      }
    }
  };

  if (count == 0) return {};
  start_threads(first_threads);
  if (threads == 0) {
    work();
    return std::move(round->answers);
  }

  std::unique_lock lock(round->mutex);
  while (true) {
    const std::size_t answered_before = round->answered;
    round->changed.wait_for(lock, stall, [&] { return round->answered == count; });
    if (round->answered == count) break;
    const bool moved = round->answered != answered_before;
    if (round->next < count && !moved) {
      lock.unlock();
      const std::size_t before = threads;
      start_threads(threads * 2);
      lock.lock();
      if (threads != before) continue;
    }
    const auto now = Steady::now();
    bool waiting = false;
    for (std::size_t index = 0; index < round->next; ++index) {
      waiting = waiting || (!round->answers[index] && now - round->started[index] < deadline);
    }
    // A question that no thread took yet is waited for, unless every thread hangs: on a busy machine
    // a new thread may get no processor for longer than a stall.
    const bool all_hang = round->next - round->answered == threads;
    if (!waiting && (round->next == count || all_hang)) break;
  }
  round->over = true;
  return std::move(round->answers);
}

}  // namespace multipath
