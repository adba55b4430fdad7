# decima_embed(TARGET FILE...): the files become part of the library, and embedded("name") of its own embedded.hpp gives
# their bytes. The assembler copies them, so that it costs no time however large they are.
function(decima_embed target)
  set(bytes "")
  set(rows "")
  set(index 0)
  foreach(file IN LISTS ARGN)
    get_filename_component(name "${file}" NAME)
    set(symbol "decima_embedded_${target}_${index}")
    string(APPEND bytes "asm(R\"(.pushsection .rodata
.global ${symbol}_begin, ${symbol}_end
${symbol}_begin: .incbin \"${file}\"
${symbol}_end: .byte 0
.popsection)\");
extern \"C\" const char ${symbol}_begin[], ${symbol}_end[];\n")
    string(APPEND rows "  if (name == \"${name}\") return {${symbol}_begin, ${symbol}_end};\n")
    math(EXPR index "${index} + 1")
  endforeach()
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded.cpp")
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT
"// Made when the build was configured.
#include \"@target@/embedded.hpp\"

@bytes@
namespace decima::@target@ {

std::string_view embedded(std::string_view name) {
@rows@  return {};
}

}  // namespace decima::@target@
")
  set_property(SOURCE "${source}" APPEND PROPERTY OBJECT_DEPENDS ${ARGN})
  target_sources(${target} PRIVATE "${source}")
endfunction()
