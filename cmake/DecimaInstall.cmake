# What `cmake --install` puts where, in three components, which are also the three Debian packages:
#   program       the service: decima, its man page, its systemd unit
#   library       libdecima.so, for programs that link the engine
#   development   the C header, and what find_package(decima) and pkg-config need
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(DECIMA_UNIT_FOLDER lib/systemd/system CACHE STRING "Where the systemd unit goes")

install(TARGETS decima RUNTIME COMPONENT program)
install(CODE "set(source \"${PROJECT_SOURCE_DIR}\")
set(build \"${CMAKE_BINARY_DIR}\")
set(unit_folder \"${DECIMA_UNIT_FOLDER}\")" COMPONENT program)
install(SCRIPT cmake/DecimaInstallService.cmake COMPONENT program)
install(FILES README.md CHANGELOG.md docs/configuration.md DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT program)
# Its files are in the program.
install(FILES third_party/swagger-ui/LICENSE third_party/swagger-ui/NOTICE
  DESTINATION "${CMAKE_INSTALL_DOCDIR}/swagger-ui" COMPONENT program)

# made_by_program(FILE FOLDER NAME ARGUMENT...): what the program prints when called so, from its tables of commands and
# settings, installed in that folder under that name; compressed where that ends in .gz.
function(made_by_program file folder name)
  string(REGEX REPLACE "[.]gz$" "" plain "${CMAKE_BINARY_DIR}/${file}")
  set(compress)
  if(file MATCHES "[.]gz$")
    set(compress COMMAND gzip --best --no-name --force "${plain}")
  endif()
  add_custom_command(OUTPUT "${CMAKE_BINARY_DIR}/${file}" DEPENDS decima VERBATIM
    COMMAND sh -c "out=$1 && shift && \"$@\" > \"$out\"" sh "${plain}" "$<TARGET_FILE:decima>" ${ARGN} ${compress})
  set_property(GLOBAL APPEND PROPERTY made_by_program "${CMAKE_BINARY_DIR}/${file}")
  install(FILES "${CMAKE_BINARY_DIR}/${file}" DESTINATION "${folder}" RENAME "${name}" COMPONENT program)
endfunction()
made_by_program(decima.1.gz "${CMAKE_INSTALL_MANDIR}/man1" decima.1.gz config man)
made_by_program(decima.bash "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" decima completion bash)
made_by_program(decima.fish "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d" decima.fish completion fish)
get_property(made GLOBAL PROPERTY made_by_program)
add_custom_target(made_by_program ALL DEPENDS ${made})

install(TARGETS library EXPORT decima
  LIBRARY COMPONENT library NAMELINK_COMPONENT development
  INCLUDES DESTINATION include)

# Whoever has a package alone has the licence with it, and what else Debian expects in each.
set(soversion "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")
configure_file(deploy/debian/changelog.in "${CMAKE_BINARY_DIR}/changelog" @ONLY)
execute_process(COMMAND gzip --best --no-name --force "${CMAKE_BINARY_DIR}/changelog" COMMAND_ERROR_IS_FATAL ANY)
function(install_papers component package)
  install(FILES LICENSE deploy/debian/copyright "${CMAKE_BINARY_DIR}/changelog.gz"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${package}" COMPONENT "${component}")
endfunction()
install_papers(program decima)
install_papers(library "libdecima${soversion}")
install_papers(development libdecima-dev)
install(FILES src/library/decima.h DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/decima" COMPONENT development)

set(config_folder "${CMAKE_INSTALL_LIBDIR}/cmake/decima")
install(EXPORT decima NAMESPACE decima:: FILE decimaConfig.cmake DESTINATION "${config_folder}" COMPONENT development)
write_basic_package_version_file("${CMAKE_BINARY_DIR}/decimaConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/decimaConfigVersion.cmake" DESTINATION "${config_folder}" COMPONENT development)
# From where the .pc file lies up to the prefix, so that the tree can be moved.
file(RELATIVE_PATH up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file(cmake/decima.pc.in "${CMAKE_BINARY_DIR}/decima.pc" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/decima.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)
