#define CAF_SUITE plan_top

#include "app/top/lay_out_top.hpp"

#include <string>

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(only a click into the curves is one) {
  const auto plan = plan_top(80, 24);
  const auto middle = plan.curves_top + 1;
  CAF_CHECK_EQUAL(column_at(plan, plan.curves_left, middle).value_or(99), 0u);
  CAF_CHECK_EQUAL(column_at(plan, plan.curves_left + 7, plan.curves_top).value_or(99), 7u);
  CAF_CHECK(column_at(plan, plan.curves_left + 7, plan.list_top - 1).has_value()); // the axis
  for (const auto y :
       {std::size_t{0}, std::size_t{1}, plan.list_top, plan.list_top + 2, std::size_t{23}})
    CAF_CHECK(!column_at(plan, plan.curves_left + 7, y));
  CAF_CHECK(!column_at(plan, plan.curves_left - 1, middle));
  CAF_CHECK(!column_at(plan, plan.curves_left + plan.curves_width, middle));
}
