// A ring between one thread that fills and one that empties it. Neither ever waits or allocates.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <type_traits>

namespace pmactor {

/// @tparam Size a power of two.
template <class T, std::size_t Size>
class beat_ring {
public:
  static_assert(std::is_trivially_copyable_v<T> && (Size & (Size - 1)) == 0);

  /// @returns false if it is full; the value is then lost.
  bool push(const T& value) {
    const auto end = end_.load(std::memory_order_relaxed);
    if (end - begin_.load(std::memory_order_acquire) == Size)
      return false;
    values_[end % Size] = value;
    end_.store(end + 1, std::memory_order_release);
    return true;
  }

  /// @returns false if it is empty.
  bool pop(T& value) {
    const auto begin = begin_.load(std::memory_order_relaxed);
    if (begin == end_.load(std::memory_order_acquire))
      return false;
    value = values_[begin % Size];
    begin_.store(begin + 1, std::memory_order_release);
    return true;
  }

private:
  std::array<T, Size> values_{};
  std::atomic<std::size_t> begin_{0}, end_{0};
};

} // namespace pmactor
