import { refuseOtherFiles } from './model-bytes.ts';
import { readFile } from './node.ts';
import type { ModelOptions } from './types.ts';

export interface ModelFile {
  /** What errors call it. */
  name: string;
  bytes: Uint8Array;
  /** Whether the bytes are nobody else's and can be handed over. */
  own: boolean;
}

const defaultLimit = 256 * 2 ** 20;

/** The bytes of a model wherever it comes from; refuses what is too large before it is all read. */
export async function readModel(
  source: string | URL | ArrayBuffer | Uint8Array | Blob,
  options: ModelOptions,
): Promise<ModelFile> {
  const file = await read(source, options);
  refuseOtherFiles(file.name, file.bytes);
  return file;
}

async function read(
  source: string | URL | ArrayBuffer | Uint8Array | Blob,
  options: ModelOptions,
): Promise<ModelFile> {
  const limit = options.maxBytes ?? defaultLimit;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    const bytes = source instanceof ArrayBuffer ? new Uint8Array(source) : source;
    refuseLarge('model', bytes.byteLength, limit);
    return { name: 'model', bytes, own: false };
  }
  if (source instanceof Blob) {
    const name = source instanceof File ? source.name : 'model';
    refuseLarge(name, source.size, limit);
    const bytes = await readStream(name, source.stream(), source.size, limit, options);
    return { name, bytes, own: true };
  }
  const name = nameOf(source);
  const file = await readFile(source);
  if (file) {
    refuseLarge(name, file.byteLength, limit);
    return { name, bytes: file, own: false };
  }
  return { name, bytes: await download(source, name, limit, options), own: true };
}

async function download(
  source: string | URL,
  name: string,
  limit: number,
  options: ModelOptions,
): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(source, options.signal ? { signal: options.signal } : {});
  } catch (e) {
    options.signal?.throwIfAborted();
    throw new Error(`model: '${name}' cannot be fetched: ${(e as Error).message}`);
  }
  if (!response.ok || !response.body)
    throw new Error(`model: '${name}' cannot be fetched: the server says ${response.status}`);
  // What comes compressed has another length than the header says.
  const encoded = response.headers.get('content-encoding');
  const total = encoded ? 0 : Number(response.headers.get('content-length') ?? 0);
  refuseLarge(name, total, limit);
  return readStream(name, response.body, total, limit, options);
}

async function readStream(
  name: string,
  stream: ReadableStream<Uint8Array>,
  total: number,
  limit: number,
  { onProgress, signal }: ModelOptions,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let loaded = 0;
  const reader = stream.getReader();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      loaded += value.byteLength;
      refuseLarge(name, loaded, limit);
      onProgress?.(loaded, total);
    }
  } catch (e) {
    void reader.cancel().catch(() => {});
    throw e;
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

function refuseLarge(name: string, bytes: number, limit: number): void {
  if (bytes > limit)
    throw new Error(
      `model: '${name}' has ${bytes} bytes, more than the ${limit} that are allowed (maxBytes)`,
    );
}

/** The last part of a path or URL. */
function nameOf(source: string | URL): string {
  const path = String(source).split(/[?#]/)[0]!;
  return path.slice(path.lastIndexOf('/') + 1) || path;
}
