import { readBody } from '@aio/http/read-body';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import type { Accounts } from './accounts.ts';
import { loginPage, messagePage } from './pages.ts';

const MAX_FORM_BYTES = 4096;

/** Handles requests to the login page. */
export function createLogin({ provider, accounts }: { provider: Provider; accounts: Accounts }) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!(await isUnderWay(provider, request, response))) {
      const text =
        'This login has expired, or began in another browser. Go back to AIO and log in again.';
      return sendPage(response, 400, messagePage('Login expired', text));
    }
    const action = request.url ?? '';
    if (request.method !== 'POST') {
      return sendPage(response, 200, loginPage({ action, username: '', error: null }));
    }
    const form = await readForm(request);
    const username = form.get('username') ?? '';
    const user = accounts.authenticate(username, form.get('password') ?? '');
    if (user === undefined) {
      const error = 'Invalid username or password.';
      return sendPage(response, 200, loginPage({ action, username, error }));
    }
    const result = { login: { accountId: user.id } };
    await provider.interactionFinished(request, response, result, {
      mergeWithLastSubmission: false,
    });
  };
}

/** Whether this browser began a login that has not ended. A cookie identifies the browser. */
async function isUnderWay(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  try {
    const { prompt } = await provider.interactionDetails(request, response);
    return prompt.name === 'login';
  } catch {
    return false;
  }
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams(await readBody(request, MAX_FORM_BYTES).catch(() => ''));
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  });
  response.end(html);
}
