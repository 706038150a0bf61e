# The CPU variants of the target architecture: name, compiler flags. A variant is one line here and
# one row of the table in native/src/dispatch.c.
function(lstm4j_add_variants library source)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    target_compile_definitions(${library} PRIVATE LSTM4J_X86)
    # Whatever CFLAGS says, baseline runs everywhere.
    lstm4j_add_variant(${library} ${source} baseline -march=x86-64)
    lstm4j_add_variant(${library} ${source} avx2 -march=x86-64 -mavx2 -mfma)
    lstm4j_add_variant(${library} ${source} avx512 -march=x86-64 -mavx512f -mfma -mprefer-vector-width=512)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    target_compile_definitions(${library} PRIVATE LSTM4J_NEON)
    lstm4j_add_variant(${library} ${source} neon)
  else()
    lstm4j_add_variant(${library} ${source} baseline)
  endif()
endfunction()

function(lstm4j_add_variant library source name)
  add_library(${library}_${name} OBJECT ${source})
  target_include_directories(${library}_${name} PRIVATE src)
  target_compile_definitions(${library}_${name} PRIVATE LSTM4J_VARIANT=lstm4j_kernels_${name})
  target_compile_options(${library}_${name} PRIVATE ${ARGN})
  target_sources(${library} PRIVATE $<TARGET_OBJECTS:${library}_${name}>)
endfunction()
