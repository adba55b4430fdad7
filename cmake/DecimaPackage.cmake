# The three Debian packages, made by CPack from the components of DecimaInstall.cmake: scripts/package runs it.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME decima)
set(CPACK_PACKAGE_VENDOR Decima)
set(CPACK_PACKAGE_CONTACT "The developers of Decima <decima@localhost>")
set(CPACK_PACKAGE_HOMEPAGE_URL "")
set(CPACK_PACKAGE_DIRECTORY "${CMAKE_BINARY_DIR}/packages")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program library development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME decima)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION math)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "Computes factorials, Fibonacci numbers and other exact integers on request.
Each result is computed once, checked by an independent method, stored with
its SHA-256 and served over HTTP. One program with an embedded database.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS systemd)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS ca-certificates)   # to ask servers by https
set(CPACK_DEBIAN_PROGRAM_PACKAGE_CONTROL_EXTRA
  "${PROJECT_SOURCE_DIR}/deploy/debian/conffiles;${PROJECT_SOURCE_DIR}/deploy/debian/postinst;${PROJECT_SOURCE_DIR}/deploy/debian/prerm;${PROJECT_SOURCE_DIR}/deploy/debian/postrm")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME "libdecima${soversion}")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
# So that a package of a program that links it can tell what it needs.
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA "${PROJECT_SOURCE_DIR}/deploy/debian/triggers")
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "The engine as a library: factorials, Fibonacci numbers and products of
numbers of any length as decimal text, without a conversion from binary.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libdecima-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libdecima${soversion} (= ${PROJECT_VERSION})")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "What is needed to compile programs in C or C++ that use libdecima.")
include(CPack)
