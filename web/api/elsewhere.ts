// Browsers start no worker from another origin's script. One that lies with the page and imports that
// script is as good; the server has to allow it (CORS), as CDNs do.

/** Whether a script lies on another origin than whoever runs it. False in Node. */
export function isElsewhere(address: string): boolean {
  const here = (globalThis as { origin?: string }).origin;
  return here !== undefined && /^https?:/.test(address) && new URL(address).origin !== here;
}

/** The address of a script that imports another one. */
export function importerOf(address: string): string {
  const text = `import ${JSON.stringify(address)};`;
  return URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
}

/** From now on workers, as Emscripten starts them for threads, may come from where `address` lies. */
export function allowWorkersFrom(address: string): void {
  if (!isElsewhere(address) || typeof Worker === 'undefined') return;
  const Native = Worker;
  globalThis.Worker = class extends Native {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(isElsewhere(String(url)) ? importerOf(String(url)) : url, options);
    }
  };
}
