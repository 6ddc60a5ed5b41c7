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

/// Queries and the threads between them. Owned by the caller and by every thread, so that a thread
/// that hangs has what it needs whenever it comes back. Threads take queries by an atomic index, and
/// only the last answer wakes the caller: no lock for each query.
class Round : public std::enable_shared_from_this<Round> {
 public:
  Round(std::size_t count, std::shared_ptr<Queries> queries)
      : queries_(std::move(queries)), turns_(count), started_(count) {}

  std::vector<bool> run(std::chrono::milliseconds deadline) {
    start_threads(first_threads);
    if (threads_ == 0) {
      work();
    } else {
      wait(deadline);
    }
    over_ = true;
    std::vector<bool> answered(turns_.size());
    for (std::size_t query = 0; query < turns_.size(); ++query) {
      turns_[query].abandon();
      answered[query] = turns_[query].is_answered();
    }
    return answered;
  }

 private:
  bool is_all_answered() const { return answered_ == turns_.size(); }
  std::size_t taken() const { return std::min(next_.load(), turns_.size()); }

  void wait(std::chrono::milliseconds deadline) {
    std::unique_lock lock(mutex_);
    while (!is_all_answered()) {
      const std::size_t answered_before = answered_;
      changed_.wait_for(lock, stall, [&] { return is_all_answered(); });
      if (is_all_answered()) return;
      if (taken() < turns_.size() && answered_ == answered_before && add_threads()) continue;
      if (!is_waiting(deadline)) return;
    }
  }

  void work() {
    while (!over_) {
      const std::size_t query = next_++;
      if (query >= turns_.size()) return;
      started_[query] = Steady::now().time_since_epoch();
      Turn& turn = turns_[query];
      if (!turn.take()) return;
      queries_->ask(query, turn);
      if (!turn.close()) return;
      if (++answered_ != turns_.size()) continue;
      const std::lock_guard lock(mutex_);
      changed_.notify_one();
    }
  }

  void start_threads(std::size_t wanted) {
    for (; threads_ < std::min({wanted, turns_.size(), most_threads}); ++threads_) {
      try {
        std::thread([round = shared_from_this()] { round->work(); }).detach();
      } catch (const std::system_error&) {
        return;  // The kernel gives no more; those that run go on.
      }
    }
  }

  /// Twice as many, if the kernel gives them.
  bool add_threads() {
    const std::size_t before = threads_;
    start_threads(threads_ * 2);
    return threads_ != before;
  }

  /// A query that no thread took yet is waited for, unless every thread hangs: on a busy machine a
  /// new thread may get no processor for longer than a stall.
  bool is_waiting(std::chrono::milliseconds deadline) const {
    const auto now = Steady::now().time_since_epoch();
    const std::size_t asked = taken();
    std::size_t unanswered = 0;
    for (std::size_t query = 0; query < asked; ++query) {
      if (turns_[query].is_answered()) continue;
      ++unanswered;
      if (now - started_[query].load() < deadline) return true;
    }
    return asked < turns_.size() && unanswered < threads_;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<Queries> queries_;
  std::vector<Turn> turns_;
  std::vector<std::atomic<Steady::duration>> started_;  ///< since the clock's epoch
  std::atomic<std::size_t> next_ = 0, answered_ = 0;
  std::atomic<bool> over_ = false;
  std::size_t threads_ = 0;  ///< the caller's alone
};

}  // namespace

bool Turn::close() { return change(State::storing, State::answered); }

void Turn::abandon() {
  while (true) {
    State state = state_.load(std::memory_order_acquire);
    if (state == State::answered || state == State::abandoned) return;
    const bool is_in_use = state == State::copying || state == State::storing;
    if (is_in_use) {
      std::this_thread::yield();
    } else if (change(state, State::abandoned)) {
      return;
    }
  }
}

std::vector<bool> run_in_parallel(std::size_t count, std::shared_ptr<Queries> queries,
                                  std::chrono::milliseconds deadline) {
  if (count == 0) return {};
  return std::make_shared<Round>(count, std::move(queries))->run(deadline);
}

}  // namespace multipath
