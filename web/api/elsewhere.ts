// Browsers start no worker from another origin's script. One that lies with the page and imports that
// script is as good; the server has to allow it (CORS), as CDNs do.

/** The address to start a worker with from this script: its own, or that of a script which imports it. */
export function startable(address: string): string {
  const here = (globalThis as { origin?: string }).origin;
  // A bundler may have put a small script into its address (data:), which has no origin either.
  if (here === undefined || !/^(https?|data):/.test(address)) return address;
  if (new URL(address).origin === here) return address;
  const text = `import ${JSON.stringify(address)};`;
  return URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
}
