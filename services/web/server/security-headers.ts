/** What every answer of this server says; an answer of the API that passes through says its own. */
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

/** Of a page whose inline scripts and styles carry the nonce; nothing else inline is run or applied. */
export function pagePolicy(nonce: string): string {
  return policy("'self'", `'nonce-${nonce}'`);
}

/** Puts the nonce on every script and style of a piece of a page. */
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
