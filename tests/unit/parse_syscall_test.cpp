#define CAF_SUITE parse_syscall

#include "actors/witness_keeper/parse_syscall.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(a call that lasts is read with its first argument) {
  const auto x = parse_syscall("75 0x1f 0x0 0x7ffe 0x0 0x0 0x0 0x7fff 0x7f00\n");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(x->number, 75u);
  CAF_CHECK_EQUAL(x->argument, 31u);
}

CAF_TEST(what is no call is none) {
  for (const auto* text : {"", "running\n", "-1 0x7ffe 0x7f00\n", "75", "75 31", "75 0x", "75 0xzz", "75 0x11111111111111111"})
    CAF_CHECK(!parse_syscall(text));
}
