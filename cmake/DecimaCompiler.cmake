# One place for how code is compiled. GCC 12 and Clang 14 must both be clean under these flags.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

add_compile_options(-Wall -Wextra -Werror -fno-omit-frame-pointer)
add_link_options(-Wl,--as-needed)

find_program(DECIMA_CCACHE ccache)
if(DECIMA_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${DECIMA_CCACHE}")
endif()

set(DECIMA_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them; empty for none")
if(DECIMA_SANITIZE)
  add_compile_options(-fsanitize=${DECIMA_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${DECIMA_SANITIZE})
endif()

if(DECIMA_FUZZERS)   # all code reports its coverage, which is what guides the fuzzer
  # Clang 14 cannot compile a coroutine with coverage and the check of function types together.
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize=function)
endif()

find_package(Threads REQUIRED)
