#include "multipath/discovery/ask_in_parallel.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "tests/support/fake_unit.h"

using multipath::ask_in_parallel;
using std::chrono::milliseconds;
using Answers = std::vector<std::optional<int>>;

namespace {

constexpr milliseconds long_enough{
    60'000};  // a test that fails takes this, one that passes does not

}  // namespace

TEST_CASE("each answer belongs to its query") {
  const auto answers = ask_in_parallel<int>(
      100, [](std::size_t index) { return static_cast<int>(index * index); }, long_enough);
  REQUIRE(answers.size() == 100);
  for (std::size_t i = 0; i < answers.size(); ++i) CHECK(answers[i] == static_cast<int>(i * i));
}

TEST_CASE("no queries give no answers") {
  CHECK(ask_in_parallel<int>(0, [](std::size_t) { return 1; }, long_enough).empty());
}

TEST_CASE("a hung query has no answer, and the others have theirs") {
  const tests::Hang hang;
  const auto answers = ask_in_parallel<int>(
      8,
      [wait = hang.delay()](std::size_t index) {
        if (index == 3) wait();
        return static_cast<int>(index);
      },
      milliseconds(200));
  CHECK(answers == Answers{0, 1, 2, std::nullopt, 4, 5, 6, 7});
}

TEST_CASE("more hung queries than threads do not delay the others") {
  const tests::Hang hang;
  // All that hang come first: only more threads reach those behind them.
  constexpr std::size_t hung = 70, count = 100;
  const auto answers = ask_in_parallel<int>(
      count,
      [wait = hang.delay()](std::size_t index) {
        if (index < hung) wait();
        return static_cast<int>(index);
      },
      milliseconds(200));
  for (std::size_t i = 0; i < count; ++i) CHECK(answers[i].has_value() == (i >= hung));
}

TEST_CASE("if every query hangs, the call still returns") {
  const tests::Hang hang;
  const auto answers = ask_in_parallel<int>(
      40,
      [wait = hang.delay()](std::size_t) {
        wait();
        return 1;
      },
      milliseconds(20));
  CHECK(answers == Answers(40));
}

TEST_CASE("a late answer is discarded") {
  auto finished = std::make_shared<std::atomic<int>>(0);
  Answers answers;
  {
    tests::Hang hang;
    answers = ask_in_parallel<int>(
        4,
        [wait = hang.delay(), finished](std::size_t) {
          wait();
          return ++*finished;
        },
        milliseconds(10));
  }
  while (*finished < 4) std::this_thread::yield();
  CHECK(answers == Answers(4));
}

TEST_CASE("queries run in parallel") {
  // Each waits until all sixteen were asked: one after the other would never end.
  struct Meeting {
    std::mutex mutex;
    std::condition_variable all_there;
    int there = 0;
  };
  constexpr int count = 16;
  const auto meeting = std::make_shared<Meeting>();
  const auto answers = ask_in_parallel<int>(
      count,
      [meeting](std::size_t) {
        std::unique_lock lock(meeting->mutex);
        ++meeting->there;
        meeting->all_there.notify_all();
        meeting->all_there.wait(lock, [&] { return meeting->there == count; });
        return 1;
      },
      long_enough);
  CHECK(answers == Answers(count, 1));
}

TEST_CASE("a machine too busy to schedule threads costs no answer") {
  // Far more work than processors: a new thread waits for its turn longer than the call's patience
  // with threads that do nothing.
  std::atomic<bool> over = false;
  std::vector<std::thread> others;
  for (unsigned i = 0; i < 40 * std::max(1U, std::thread::hardware_concurrency()); ++i) {
    others.emplace_back([&over] {
      while (!over) {
      }
    });
  }
  Answers answers;
  for (int turn = 0; turn < 3; ++turn) {
    for (const auto& answer : ask_in_parallel<int>(1, [](std::size_t) { return 7; }, long_enough))
      answers.push_back(answer);
  }
  over = true;
  for (std::thread& other : others) other.join();
  CHECK(answers == Answers(3, 7));
}

TEST_CASE("a query runs once") {
  const auto asked = std::make_shared<std::array<std::atomic<int>, 300>>();
  ask_in_parallel<int>(
      asked->size(), [asked](std::size_t index) { return ++(*asked)[index]; }, long_enough);
  for (const auto& times : *asked) CHECK(times == 1);
}

TEST_CASE("only the listed items are replaced") {
  std::vector<std::string> items{"a", "b", "c", "d"};
  const auto answered = multipath::ask_in_place<std::string>(
      items, {3, 1}, [](std::string& item, std::size_t query) { item += std::to_string(query); },
      long_enough);
  CHECK(answered == std::vector{true, true});
  CHECK(items == std::vector<std::string>{"a", "b1", "c", "d0"});
}

TEST_CASE("an item whose query hangs stays as it was, also when the answer comes late") {
  auto finished = std::make_shared<std::atomic<int>>(0);
  std::vector<std::string> items(40, "unasked");
  std::vector<std::size_t> which(items.size());
  for (std::size_t index = 0; index < which.size(); ++index) which[index] = index;
  {
    tests::Hang hang;
    const auto answered = multipath::ask_in_place<std::string>(
        items, which,
        [wait = hang.delay(), finished](std::string& item, std::size_t query) {
          item = "half";
          if (query % 2 == 0) {
            wait();
            ++*finished;
          }
          item = "answered";
        },
        milliseconds(200));
    for (std::size_t index = 0; index < items.size(); ++index) {
      CHECK(answered[index] == (index % 2 == 1));
      CHECK(items[index] == (index % 2 == 1 ? "answered" : "unasked"));
    }
  }
  while (*finished < 20) std::this_thread::yield();
  CHECK(std::ranges::count(items, "unasked") == 20);
}
