#include "multipath/discovery/ask_in_parallel.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

namespace multipath {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t first_threads = 16, most_threads = 2048;
/// A device that answers does so in a few milliseconds; a round that stands still this long has
/// threads that hang.
constexpr std::chrono::milliseconds stall{40};

/// Questions, answers and the threads between them. Owned by the caller and by every thread, so
/// that a thread that hangs has what it needs whenever it comes back.
class Round : public std::enable_shared_from_this<Round> {
 public:
  Round(std::size_t count, std::function<AnyAnswer(std::size_t)> question)
      : question_(std::move(question)), answers_(count), started_(count) {}

  std::vector<AnyAnswer> run(std::chrono::milliseconds deadline) {
    start_threads(first_threads);
    if (threads_ == 0) {
      work();
      return std::move(answers_);
    }
    std::unique_lock lock(mutex_);
    while (!is_all_answered()) {
      const std::size_t answered_before = answered_;
      changed_.wait_for(lock, stall, [&] { return is_all_answered(); });
      if (is_all_answered()) break;
      if (next_ < answers_.size() && answered_ == answered_before && add_threads(lock)) continue;
      if (!is_waiting(deadline)) break;
    }
    over_ = true;
    return std::move(answers_);
  }

 private:
  bool is_all_answered() const { return answered_ == answers_.size(); }

  void work() {
    std::unique_lock lock(mutex_);
    while (!over_ && next_ < answers_.size()) {
      const std::size_t index = next_++;
      started_[index] = Steady::now();
      lock.unlock();
      AnyAnswer answer = question_(index);
      lock.lock();
      if (over_) return;
      answers_[index] = std::move(answer);
      ++answered_;
      if (is_all_answered()) changed_.notify_one();
    }
  }

  void start_threads(std::size_t wanted) {
    for (; threads_ < std::min({wanted, started_.size(), most_threads}); ++threads_) {
      try {
        std::thread([round = shared_from_this()] { round->work(); }).detach();
      } catch (const std::system_error&) {
        return;  // The kernel gives no more; those that run go on.
      }
    }
  }

  /// Twice as many, if the kernel gives them.
  bool add_threads(std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    const std::size_t before = threads_;
    start_threads(threads_ * 2);
    lock.lock();
    return threads_ != before;
  }

  /// A question that no thread took yet is waited for, unless every thread hangs: on a busy machine
  /// a new thread may get no processor for longer than a stall.
  bool is_waiting(std::chrono::milliseconds deadline) const {
    const auto now = Steady::now();
    for (std::size_t index = 0; index < next_; ++index) {
      if (!answers_[index] && now - started_[index] < deadline) return true;
    }
    const bool all_hang = next_ - answered_ == threads_;
    return next_ < answers_.size() && !all_hang;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<AnyAnswer(std::size_t)> question_;
  std::vector<AnyAnswer> answers_;
  std::vector<Steady::time_point> started_;
  std::size_t next_ = 0, answered_ = 0;
  bool over_ = false;
  std::size_t threads_ = 0;  ///< the caller's alone
};

}  // namespace

std::vector<AnyAnswer> ask_any_in_parallel(std::size_t count,
                                           std::function<AnyAnswer(std::size_t)> question,
                                           std::chrono::milliseconds deadline) {
  if (count == 0) return {};
  return std::make_shared<Round>(count, std::move(question))->run(deadline);
}

}  // namespace multipath
