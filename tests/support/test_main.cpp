// The one file of a test binary that holds CAF's test runner and its main().
#define CAF_SUITE main
#include <caf/test/unit_test_impl.hpp>
