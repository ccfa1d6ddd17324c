// The only source of chance in a simulation. Its numbers are the same on every machine and library.
#pragma once

#include <chrono>
#include <cstdint>

namespace pmactor::simulation {

class dice {
public:
  /// @param purpose keeps streams of one seed apart: what one of them draws moves no other.
  dice(std::uint64_t seed, std::uint64_t purpose)
    : state_{seed * 0x9e3779b97f4a7c15u ^ purpose * 0xd1342543de82ef95u} {
    next();
  }

  std::uint64_t next() { // splitmix64
    auto z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  /// @returns a whole number from 0 to *n* − 1. @pre *n* is positive.
  std::uint64_t below(std::uint64_t n) {
    return next() % n; // uneven by less than one in a billion for all that is asked here
  }

  /// @returns a number from 0 up to, but not, 1.
  double share() {
    return static_cast<double>(next() >> 11) * 0x1p-53;
  }

  bool one_in(std::uint64_t n) {
    return below(n) == 0;
  }

  std::chrono::nanoseconds between(std::chrono::nanoseconds least, std::chrono::nanoseconds most) {
    return least
           + std::chrono::nanoseconds{
             static_cast<std::int64_t>(below(static_cast<std::uint64_t>((most - least).count()) + 1))};
  }

  /// @returns a length whose order of magnitude is as likely as any other within the bounds.
  std::chrono::nanoseconds of_any_scale(std::chrono::nanoseconds least, std::chrono::nanoseconds most) {
    auto high = least;
    while (high < most && !one_in(4))
      high *= 2;
    return between(least, high < most ? high : most);
  }

private:
  std::uint64_t state_;
};

} // namespace pmactor::simulation
