// Tells what a file is that was given in place of a model.

const convert = 'the program makes a model of it: odin convert';

/** Each kind, by how its bytes begin, and what to do. */
const kinds: { begins: (bytes: Uint8Array, text: string) => boolean; is: string }[] = [
  {
    begins: (_, text) => /^\s*<(!doctype|html|head|body|\?xml)/i.test(text),
    is: 'an HTML page: is the address right?',
  },
  {
    begins: (_, text) => text.startsWith('version https://git-lfs'),
    is: 'a pointer of Git LFS; `git lfs pull` fetches the file itself',
  },
  {
    begins: (bytes) => bytes[0] === 0x50 && bytes[1] === 0x4b,
    is: `a zip file, as PyTorch's checkpoints are; ${convert} model.pth model.safetensors --arch NAME`,
  },
  {
    begins: (bytes) => bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5,
    is: `a checkpoint in Python's pickle format; ${convert} model.pth model.safetensors --arch NAME`,
  },
  {
    begins: (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b,
    is: 'one compressed by gzip; unpack it first',
  },
  {
    // ModelProto: ir_version, then a field of bytes.
    begins: (bytes) => bytes[0] === 0x08 && bytes[1]! < 32 && [0x12, 0x3a].includes(bytes[2]!),
    is: `an ONNX model; ${convert} model.onnx model.safetensors`,
  },
  {
    begins: (bytes) => bytes[0] === 0x89 || (bytes[0] === 0xff && bytes[1] === 0xd8),
    is: 'a picture: that is for detect(), after a model',
  },
  { begins: (_, text) => /^\s*[[{]/.test(text), is: 'JSON' },
];

/** Throws for what is plainly something else than safetensors, whose header begins at byte 8. */
export function refuseOtherFiles(name: string, bytes: Uint8Array): void {
  if (bytes.byteLength === 0) throw new Error(`model: '${name}' is empty`);
  if (bytes[8] === 0x7b && bytes[7] === 0) return;
  const text = new TextDecoder().decode(bytes.slice(0, 64));
  const found = kinds.find(({ begins }) => begins(bytes, text));
  if (found) throw new Error(`model: '${name}': expected a .safetensors file, got ${found.is}`);
}
