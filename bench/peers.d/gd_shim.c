/* gd_fused.c as a library: its own kernels on memory it allocates itself, one variant at a time. */
#define main gd_fused_main
#include GD_FUSED
#undef main

double *peer_allocate(size_t bytes) { return alloc(bytes); }

/* variant: 0 rows padded to eight, 1 rows packed, 2-4 packed with prefetching, 5 columns (d = 2 or 4). */
void peer_steps(int variant, const double *rows, size_t n, size_t d, size_t stride, double *w, double *g, double eta, long steps) {
    if (variant == 5 && d == 2)
        step_col2(rows, n, stride, w, eta, steps);
    else if (variant == 5)
        step_col4(rows, n, stride, w, eta, steps);
    else
        step_rows(rows, n, d, stride, w, g, eta, steps, variant == 0 ? 0 : variant - 1);
}
