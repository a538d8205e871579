import type { Plugin } from 'vite';

/**
 * Those who make previews of links want the picture's whole address, which only the host knows: a build
 * with ODIN_SITE_URL=https://example.org/odin/ has it, any other a relative one.
 */
export function previewImage(site: string | undefined): Plugin {
  return {
    name: 'odin:preview-image',
    transformIndexHtml: (html) =>
      site ? html.replace('"./og.png"', `"${new URL('og.png', site).href}"`) : html,
  };
}
