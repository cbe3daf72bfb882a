import { randomBytes } from 'node:crypto';
import { pagePolicy, withNonce } from '../security-headers';

/** Sets the content security policy of pages; only scripts and styles from this server pass. */
export default defineNitroPlugin((nitro) => {
  // The policy would block Vite's inline scripts and its socket.
  if (import.meta.dev) return;

  nitro.hooks.hook('render:html', (html, { event }) => {
    const nonce = randomBytes(16).toString('base64');
    for (const part of [html.head, html.bodyPrepend, html.body, html.bodyAppend])
      part.forEach((piece, index) => {
        part[index] = withNonce(piece, nonce);
      });
    setResponseHeader(event, 'content-security-policy', pagePolicy(nonce));
    setResponseHeader(event, 'cache-control', 'no-store');
  });

  nitro.hooks.hook('render:response', (response) => {
    delete response.headers?.['x-powered-by'];
  });
});
