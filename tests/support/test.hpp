// Include this last in every test, after defining CAF_SUITE as the file's name without `_test`.
#pragma once
#include <caf/test/unit_test.hpp>
#define FAIL CAF_FAIL // caf/test/dsl.hpp asks for it
#include <caf/test/dsl.hpp>
