#include "multipath/daemon/lanes.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace multipath::daemon {

struct Lanes::State {
  struct Lane {
    std::deque<Job> jobs;
    std::size_t threads = 0;
    std::size_t idle = 0;
    std::condition_variable has_job;
  };

  explicit State(std::size_t limit) : limit_of_lane(limit) {}

  const std::size_t limit_of_lane;
  std::mutex mutex;
  bool closing = false;
  std::map<std::uint64_t, Lane> lanes;

  void work(Lane& lane) {
    std::unique_lock lock(mutex);
    for (;;) {
      ++lane.idle;
      lane.has_job.wait(lock, [&] { return closing || !lane.jobs.empty(); });
      --lane.idle;
      if (closing) return;
      const Job job = std::move(lane.jobs.front());
      lane.jobs.pop_front();
      lock.unlock();
      job();
      lock.lock();
    }
  }
};

Lanes::Lanes(std::size_t threads_of_lane) : state_(std::make_shared<State>(threads_of_lane)) {}

Lanes::~Lanes() {
  const std::lock_guard lock(state_->mutex);
  state_->closing = true;
  for (auto& [number, lane] : state_->lanes) lane.has_job.notify_all();
}

void Lanes::run(std::uint64_t lane, Job job) {
  const std::lock_guard lock(state_->mutex);
  State::Lane& place = state_->lanes[lane];
  place.jobs.push_back(std::move(job));
  if (place.jobs.size() > place.idle && place.threads < state_->limit_of_lane) {
    ++place.threads;
    std::thread([state = state_, &place] { state->work(place); }).detach();
  }
  place.has_job.notify_one();
}

}  // namespace multipath::daemon
