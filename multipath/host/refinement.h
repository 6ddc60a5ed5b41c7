#pragma once

namespace multipath {

/// Pauses the count of queries that a capture cannot answer, from begin() to end().
class Leniency {
 public:
  virtual ~Leniency() = default;
  virtual void begin() = 0;
  virtual void end() = 0;
};

/// While a Refinement lives, a captured host may leave queries unanswered: they only refine a
/// decision, and captures by older versions do not contain them. Does nothing on a live host, which
/// has no Leniency.
class Refinement {
 public:
  explicit Refinement(Leniency* leniency) : leniency_(leniency) {
    if (leniency_ != nullptr) leniency_->begin();
  }
  ~Refinement() {
    if (leniency_ != nullptr) leniency_->end();
  }
  Refinement(const Refinement&) = delete;
  Refinement& operator=(const Refinement&) = delete;

 private:
  Leniency* leniency_;
};

}  // namespace multipath
