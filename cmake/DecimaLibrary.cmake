# The include rule: who may include whom is who links whom.
#
# src/ itself is on nobody's include path. A library `core` from src/core exposes one folder, <build>/inc/core, in
# which `core` is a link to src/core; so `#include "core/job.hpp"` compiles only in a target that links `core`,
# directly or through a library that hands it on. tests/tidy shows that a wrong include fails.

# decima_library(NAME PLACE <folder below src> SOURCES ... [PUBLIC libs...] [PRIVATE libs...] [TESTS ...] [TEST_LIBS ...])
#   PUBLIC   libraries whose headers this one's headers include
#   PRIVATE  libraries that only its .cpp files include
#   TESTS    unit tests, which lie beside the code they test; TEST_LIBS what only they need
function(decima_library name)
  cmake_parse_arguments(ARG "" "PLACE" "SOURCES;PUBLIC;PRIVATE;TESTS;TEST_LIBS" ${ARGN})
  set(root "${CMAKE_BINARY_DIR}/inc/${name}")
  cmake_path(GET ARG_PLACE PARENT_PATH parent)
  file(MAKE_DIRECTORY "${root}/${parent}")
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/src/${ARG_PLACE}" "${root}/${ARG_PLACE}" SYMBOLIC)
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC "${root}")
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  if(DECIMA_TESTS AND ARG_TESTS)
    decima_test(${name}_test SOURCES ${ARG_TESTS} LIBS ${name} ${ARG_PRIVATE} ${ARG_TEST_LIBS})
  endif()
endfunction()

# decima_test(NAME SOURCES ... LIBS ... [LABEL long] [TIMEOUT seconds]): a GoogleTest program whose cases ctest lists one
# by one. What takes minutes is labelled long, and runs in scripts/test --long alone.
function(decima_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;LIBS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} GTest::gtest GTest::gmock GTest::gtest_main rapidcheck)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABEL}")
endfunction()
