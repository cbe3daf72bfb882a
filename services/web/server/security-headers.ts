/** Headers of every answer of this server. The API's answers keep their own. */
export function securityHeaders(publicUrl: string): Record<string, string> {
  return {
    'content-security-policy': policy("'none'"),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(publicUrl.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }),
  };
}

/** Content security policy of a page: the browser runs only inline scripts and styles that carry the nonce. */
export function pagePolicy(nonce: string): string {
  return policy("'self'", `'nonce-${nonce}'`);
}

/** Adds the nonce to every script and style tag. */
export function withNonce(html: string, nonce: string): string {
  return html.replaceAll(/<(script|style)(?=[\s>])/g, `<$1 nonce="${nonce}"`);
}

function policy(own: string, inline = ''): string {
  return [
    `default-src ${own}`,
    `script-src ${own} ${inline}`,
    `style-src ${own} ${inline}`,
    `img-src ${own} data:`,
    `base-uri 'none'`,
    `object-src 'none'`,
    `form-action ${own}`,
    `frame-ancestors 'none'`,
  ]
    .map((directive) => directive.trim())
    .join('; ');
}
