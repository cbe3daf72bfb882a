import type { ServerResponse } from 'node:http';

/** Login, logout and message pages. They load no other files. */

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 24rem; padding: 4rem 1.25rem; font: 16px/1.5 system-ui, sans-serif; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input { box-sizing: border-box; width: 100%; padding: .5rem; font: inherit; border: 1px solid GrayText; border-radius: .4rem; }
button { margin-top: 1.5rem; width: 100%; padding: .6rem; font: inherit; font-weight: 600; border: 0; border-radius: .4rem; background: #1d4ed8; color: #fff; cursor: pointer; }
.notice { border: 1px solid GrayText; border-radius: .4rem; padding: .6rem .8rem; font-size: .9rem; }
.error { color: #b91c1c; font-weight: 600; } @media (prefers-color-scheme: dark) { .error { color: #fca5a5; } }
`;

/** @param error why the last login failed; null = first try */
export function loginPage(options: {
  action: string;
  username: string;
  error: string | null;
}): string {
  const { action, username, error } = options;
  return page(
    'Log in to AIO',
    `<form id="kc-form-login" method="post" action="${escapeHtml(action)}">
${error === null ? '' : `<p class="error" role="alert">${escapeHtml(error)}</p>`}
<label for="username">User name or e-mail</label>
<input id="username" name="username" autocomplete="username" required autofocus value="${escapeHtml(username)}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button id="kc-login" type="submit">Log in</button>
</form>`,
  );
}

/**
 * @param form hidden fields from the provider, in a form with the id that the button names
 * @param isAsked false = the request has an ID token, so a script presses the button
 */
export function logoutPage(form: string, isAsked: boolean): string {
  const button =
    '<button form="op.logoutForm" type="submit" name="logout" value="yes" autofocus>Log out</button>';
  const submit = "<script>document.querySelector('button[name=logout]').click()</script>";
  return page('Log out of AIO', `${form}${button}${isAsked ? '' : submit}`);
}

export function messagePage(title: string, message: string): string {
  return page(title, `<p>${escapeHtml(message)}</p>`);
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="notice">This login is for development: it knows only the users of <code>realm.json</code> and
stores nothing. In production, use Keycloak.</p>
${content}
</main>
</body>
</html>
`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

export function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  });
  response.end(html);
}
