// A content security policy that forbids WebAssembly forbids every build of it.

const signs = /wasm-eval|unsafe-eval|blocked by CSP|Content Security Policy/i;

/** Throws an Error that says the mend, if that is what a build failed of. */
export function refuseForbidden(message: string): void {
  if (signs.test(message))
    throw new Error(
      "odin: the page's content security policy forbids WebAssembly; its directive script-src has to " +
        "allow 'wasm-unsafe-eval' (of the page, and of worker.js if that is served with a policy too)",
    );
}
