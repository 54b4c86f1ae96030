/** What allocators say: CUDA's, onnxruntime's, the C++ library's, V8's. */
const OUT_OF_MEMORY = /out of memory|allocate memory|allocation failed|bad_alloc|CUDA failure 2\b/i;

export const isMemoryFault = (error: unknown): boolean => OUT_OF_MEMORY.test(String(error));
