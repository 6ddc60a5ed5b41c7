#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace multipath {

/// What was asked of a capture that it has no answer to. Who replays gets no answer then, and the
/// run as a whole is an error that names these. Several threads may note.
class Missing {
 public:
  void note(std::string request) {
    const std::lock_guard lock(mutex_);
    requests_.insert(std::move(request));
  }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return {requests_.begin(), requests_.end()};
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> requests_;
};

}  // namespace multipath
