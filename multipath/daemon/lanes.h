#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace multipath::daemon {

/// Threads for jobs that may wait for a device for ever, in lanes: a lane for each SCSI host. A lane
/// gets another thread when all of its threads are at work, up to a limit, so a device that does not
/// answer delays nobody, and an adapter that is stuck as a whole delays its own lane only.
///
/// Threads are never joined: one may hang for ever. Jobs own, or refer to, what lives as long as the
/// process, and do not throw.
class Lanes {
 public:
  using Job = std::function<void()>;

  explicit Lanes(std::size_t threads_of_lane);
  ~Lanes();
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  /// Runs the job in the lane; jobs of a lane start in order.
  void run(std::uint64_t lane, Job job);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace multipath::daemon
