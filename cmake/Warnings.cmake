# Warnings are errors. No fast-math, and no contraction: what is fused is written as fused.
add_compile_options(-Wall -Wextra -Werror -Wshadow -Wconversion -Wstrict-prototypes -Wvla -ffp-contract=off -fno-fast-math)
