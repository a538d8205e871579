/** Whether a program has relaxed SIMD that this engine lacks: a function with f32x4.relaxed_madd is refused. */
export function relaxedSimdWanted(program) {
  const madd =
    '0061736d010000000104016000000302010' + '00a16011400' + '4100fd0f'.repeat(3) + 'fd85021a0b';
  return program.includes('relaxed') && !WebAssembly.validate(Buffer.from(madd, 'hex'));
}
