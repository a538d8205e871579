// The memory of the modules with threads, which share it.

/** As in web/CMakeLists.txt. */
export const mostMegabytes = 1024;
const firstMegabytes = 32;

const pages = (megabytes: number) => megabytes * 16;

/**
 * Memory that can grow to as much as this browser allows. What is not used costs nothing but
 * addresses, all of which are reserved at once. Safari on iPhones has few of them: it refuses 2 GB
 * (github.com/emscripten-core/emscripten/issues/19144) and, where 24078 there was written, all above
 * 600 MB. Memory that is not shared grows without a reservation.
 */
export function sharedMemory(): { memory: WebAssembly.Memory; megabytes: number } {
  let refusal: unknown;
  for (let megabytes = mostMegabytes; megabytes >= 256; megabytes /= 2) {
    const [initial, maximum] = [pages(firstMegabytes), pages(megabytes)];
    try {
      return { memory: new WebAssembly.Memory({ initial, maximum, shared: true }), megabytes };
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}
