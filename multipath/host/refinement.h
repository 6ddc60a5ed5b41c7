#pragma once

namespace multipath {

/// Who counts the questions that a capture has no answer to: between begin() and end() it does not.
class Leniency {
 public:
  virtual ~Leniency() = default;
  virtual void begin() = 0;
  virtual void end() = 0;
};

/// While one of these lives, questions to a captured host may be without an answer: they only refine
/// a decision, and captures of older versions were never asked them. A live host has no Leniency,
/// and there it does nothing.
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
