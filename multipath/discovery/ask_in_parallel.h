#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace multipath {

/// One query of a round: who may touch its item. The thread that asks copies the item, calls begin(),
/// asks with the copy, and replaces the item only if finish() returns true. The caller abandons
/// queries that hang; it waits for the copying and replacing, which are quick.
class Turn {
 public:
  /// Returns false if the query was abandoned before any thread took it.
  bool take() { return change(State::waiting, State::copying); }
  void begin() { state_.store(State::asking, std::memory_order_release); }
  bool finish() { return change(State::asking, State::storing); }
  /// After the item is replaced. Returns false if there was no answer in time.
  bool close();

  bool is_answered() const { return state_.load(std::memory_order_acquire) == State::answered; }
  /// For the caller: afterwards no thread touches the item.
  void abandon();

 private:
  enum class State : std::uint8_t { waiting, copying, asking, storing, answered, abandoned };
  bool change(State from, State into) {
    return state_.compare_exchange_strong(from, into, std::memory_order_acq_rel);
  }
  std::atomic<State> state_ = State::waiting;
};

/// The queries of a round, of any type.
class Queries {
 public:
  Queries() = default;
  Queries(const Queries&) = delete;
  Queries& operator=(const Queries&) = delete;
  virtual ~Queries() = default;
  virtual void ask(std::size_t query, Turn& turn) = 0;
};
/// Returns for each query whether it was answered in time.
std::vector<bool> run_in_parallel(std::size_t count, std::shared_ptr<Queries> queries,
                                  std::chrono::milliseconds deadline);

/// Asks about those items that `which` lists, at the same time, and gives each query `deadline` from
/// its own start. `ask` gets a copy of the item and the query's place in `which`; an item whose query
/// is answered in time becomes the copy, and any other item stays as it was. Returns for each query
/// whether it was answered in time.
///
/// Queries that hang never keep others from being asked: when nothing moved for a while, more threads
/// are started. In all it takes one deadline and the time of the queries that are answered. A query
/// that hangs stays behind in its thread when this returns. Whatever `ask` refers to must therefore
/// live as long as the process; `ask` itself is kept for the threads. It must not throw.
template <typename T>
std::vector<bool> ask_in_place(std::vector<T>& items, std::vector<std::size_t> which,
                               std::function<void(T&, std::size_t)> ask,
                               std::chrono::milliseconds deadline) {
  struct QueriesOfItems final : Queries {
    std::vector<T> items;
    std::vector<std::size_t> which;
    std::function<void(T&, std::size_t)> ask_item;
    void ask(std::size_t query, Turn& turn) override {
      T& item = items[which[query]];
      T asked = item;
      turn.begin();
      ask_item(asked, query);
      if (turn.finish()) item = std::move(asked);
    }
  };
  const auto queries = std::make_shared<QueriesOfItems>();
  const std::size_t count = which.size();
  queries->items = std::move(items);
  queries->which = std::move(which);
  queries->ask_item = std::move(ask);
  std::vector<bool> answered = run_in_parallel(count, queries, deadline);
  items = std::move(queries->items);
  return answered;
}

/// Asks `count` queries in the same way. Answers come back by index; a query that was not answered in
/// time has none.
template <typename T>
std::vector<std::optional<T>> ask_in_parallel(std::size_t count,
                                              std::function<T(std::size_t)> question,
                                              std::chrono::milliseconds deadline) {
  std::vector<std::optional<T>> answers(count);
  std::vector<std::size_t> all(count);
  for (std::size_t index = 0; index < count; ++index) all[index] = index;
  ask_in_place<std::optional<T>>(
      answers, std::move(all),
      [question = std::move(question)](std::optional<T>& answer, std::size_t index) {
        answer = question(index);
      },
      deadline);
  return answers;
}

}  // namespace multipath
