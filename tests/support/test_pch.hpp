// Precompiled for every test: CAF is the dear part. The test framework itself reads CAF_SUITE, so it is
// left to the tests.
#pragma once
#include <caf/all.hpp>
