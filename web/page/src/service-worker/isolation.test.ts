import { expect, test } from 'vitest';
import { withIsolation } from './isolation.ts';

test('headers of isolation are added where the host sends none', async () => {
  const response = withIsolation(
    new Response('x', { status: 200, headers: { 'Content-Type': 'text/html' } }),
  );
  expect(response.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
  expect(response.headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
  expect(response.headers.get('Content-Type')).toBe('text/html');
  expect(await response.text()).toBe('x');
});

test('headers that the host sends are left as they are', () => {
  const headers = { 'Cross-Origin-Embedder-Policy': 'credentialless' };
  const response = withIsolation(new Response('x', { headers }));
  expect(response.headers.get('Cross-Origin-Embedder-Policy')).toBe('credentialless');
});

test('a response without a body stays one', () => {
  expect(withIsolation(new Response(null, { status: 304 })).status).toBe(304);
});
