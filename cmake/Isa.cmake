# The CPU variants of the target architecture: name, floats of a vector, compiler flags. A variant is
# one line here and one row of the table in native/src/dispatch.c.
function(lstm4j_add_variants library source)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    target_compile_definitions(${library} PRIVATE LSTM4J_X86)
    # Whatever CFLAGS says, baseline and what chooses a variant run everywhere: -march alone would
    # leave an earlier -mavx512f in force. -mno-avx takes all that builds on AVX with it.
    set(everywhere -march=x86-64 -mno-sse3 -mno-avx)
    target_compile_options(${library} PRIVATE ${everywhere})
    lstm4j_add_variant(${library} ${source} baseline 4 ${everywhere})
    lstm4j_add_variant(${library} ${source} avx2 8 -march=x86-64 -mno-avx512f -mavx2 -mfma)
    lstm4j_add_variant(${library} ${source} avx512 16 -march=x86-64 -mavx512f -mfma -mprefer-vector-width=512)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    target_compile_definitions(${library} PRIVATE LSTM4J_NEON)
    lstm4j_add_variant(${library} ${source} neon 4)
  else()
    lstm4j_add_variant(${library} ${source} baseline 4)
  endif()
endfunction()

function(lstm4j_add_variant library source name width)
  add_library(${library}_${name} OBJECT ${source})
  target_include_directories(${library}_${name} PRIVATE src)
  target_compile_definitions(${library}_${name} PRIVATE LSTM4J_VARIANT=lstm4j_kernels_${name} LSTM4J_WIDTH=${width})
  target_compile_options(${library}_${name} PRIVATE ${ARGN})
  target_sources(${library} PRIVATE $<TARGET_OBJECTS:${library}_${name}>)
endfunction()
