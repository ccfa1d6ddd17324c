#define CAF_SUITE choose_columns

#include "app/top/choose_columns.hpp"

#include <array>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(names stay and the numbers of the least rank go) {
  constexpr std::array<number_column, 3> columns{{{"   PID", 3}, {"  READ", 1}, {"  CPU%", 2}}};
  CAF_CHECK((choose_columns(columns, 30, 12) == std::vector<bool>{true, true, true}));
  CAF_CHECK((choose_columns(columns, 29, 12) == std::vector<bool>{true, false, true}));
  CAF_CHECK((choose_columns(columns, 20, 12) == std::vector<bool>{true, false, false}));
  CAF_CHECK((choose_columns(columns, 12, 12) == std::vector<bool>{false, false, false}));
}
