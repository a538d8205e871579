// The modules that Emscripten makes and CMake leaves in dist.
declare module '*/odin-scalar.js' {
  const factory: import('./host.ts').Factory;
  export default factory;
}
declare module '*/odin-simd.js' {
  const factory: import('./host.ts').Factory;
  export default factory;
}
declare module '*/odin-simd-threads.js' {
  const factory: import('./host.ts').Factory;
  export default factory;
}
declare module '*/odin-relaxed-threads.js' {
  const factory: import('./host.ts').Factory;
  export default factory;
}
