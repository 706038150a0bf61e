# -DLSTM4J_SANITIZE=ON: AddressSanitizer and UndefinedBehaviorSanitizer, any finding is fatal.
option(LSTM4J_SANITIZE "build with ASan and UBSan" OFF)
if(LSTM4J_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=address,undefined)
endif()
