# embed_migrations(DATABASE): writes a .cpp that holds migrations/DATABASE/*.sql in order, as schema.hpp's
# DATABASE_migrations(), and sets DATABASE_migrations_cpp to its path. A changed or new file configures anew.
function(embed_migrations database)
  file(GLOB ups CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/migrations/${database}/*.up.sql")
  list(SORT ups)
  set(rows "")
  foreach(up IN LISTS ups)
    string(REPLACE ".up.sql" ".down.sql" down "${up}")
    get_filename_component(stem "${up}" NAME)
    if(NOT stem MATCHES "^([0-9]+)_([a-z0-9_]+)\\.up\\.sql$")
      message(FATAL_ERROR "${up}: a migration is named NNNN_what_it_does.up.sql")
    endif()
    math(EXPR version "${CMAKE_MATCH_1}")
    set(name "${CMAKE_MATCH_2}")
    file(READ "${up}" up_text)
    file(READ "${down}" down_text)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${up}" "${down}")
    string(APPEND rows "    {${version}, \"${name}\", R\"sql(${up_text})sql\", R\"sql(${down_text})sql\"},\n")
  endforeach()
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${database}_migrations.cpp")
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT
"// Made from migrations/@database@ when the build was configured.
#include \"adapters/store/schema.hpp\"

namespace decima::adapters {

std::span<const Migration> @database@_migrations() {
  static constexpr Migration all[] = {
@rows@  };
  return all;
}

}  // namespace decima::adapters
")
  set(${database}_migrations_cpp "${source}" PARENT_SCOPE)
endfunction()
