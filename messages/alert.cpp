#include "messages/alert.hpp"

#include "messages/words.hpp"

namespace pmactor {

std::string to_string(stress_change x) {
  switch (x) {
    case stress_change::elevated:
      return "elevated";
    case stress_change::critical:
      return "critical";
    case stress_change::relieved:
      return "relieved";
  }
  return "?";
}

std::string to_string(const stress_alert& x) {
  return "stress_alert{" + to_string(x.change) + " at tick " + std::to_string(x.tick) + ", "
         + to_string(x.stress) + ", for " + to_words(x.lasted) + '}';
}

} // namespace pmactor
