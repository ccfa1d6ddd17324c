// A load that switches at a given rate: two processes on one CPU hand a byte to and fro through pipes, each with
// some work in between. The work is a count of steps, not a time: what is done to the load from outside makes it slower.
//   switching_load ROUND_TRIPS STEPS    prints the microseconds of a round trip, of two switches
//   switching_load --steps-for RATE     prints how many STEPS make so many switches a second of it, 0 if none do
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using nanoseconds = std::chrono::duration<double, std::nano>;

nanoseconds now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

void work(long steps) {
  static volatile unsigned long sink = 1;
  for (long i = 0; i < steps; ++i)
    sink = sink * 2862933555777941757UL + 3037000493UL;
}

/// Passes on what comes until no more does.
void pass_on(int from, int to, long steps) {
  for (char byte = 0; ::read(from, &byte, 1) == 1;) {
    work(steps);
    if (::write(to, &byte, 1) != 1)
      return;
  }
}

nanoseconds round_trip(long trips, long steps) {
  int there[2], back[2];
  if (::pipe(there) != 0 || ::pipe(back) != 0)
    std::abort();
  const auto partner = ::fork();
  if (partner == 0) {
    ::close(there[1]);
    pass_on(there[0], back[1], steps);
    ::_exit(0);
  }
  const auto began = now();
  char byte = 0;
  for (long i = 0; i < trips; ++i) {
    work(steps);
    if (::write(there[1], &byte, 1) != 1 || ::read(back[0], &byte, 1) != 1)
      std::abort();
  }
  const auto took = now() - began;
  for (const int end : {there[1], there[0], back[0], back[1]})
    ::close(end);
  ::waitpid(partner, nullptr, 0);
  return took / trips;
}

long steps_for(double rate) {
  constexpr long many = 200'000'000, trips = 50'000;
  const auto began = now();
  work(many);
  const auto step = (now() - began) / many;
  const nanoseconds turn{1e9 / rate};
  return std::max(0L, static_cast<long>((turn - round_trip(trips, 0) / 2) / step));
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3)
    return 2;
  if (std::strcmp(argv[1], "--steps-for") == 0)
    std::printf("%ld\n", steps_for(std::atof(argv[2])));
  else
    std::printf("%.3f\n", round_trip(std::atol(argv[1]), std::atol(argv[2])).count() / 1000);
}
