import { readBody } from '@aio/http/read-body';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import type { RealmUser } from '../realm.ts';
import type { Accounts } from './accounts.ts';
import type { LoginLinks } from './login-link.ts';
import { loginPage, messagePage, sendPage } from './pages.ts';

const MAX_FORM_BYTES = 4096;

/** Handles requests to the login page. @param deps.links log their browsers in without asking; null = there are none */
export function createLogin(deps: {
  provider: Provider;
  accounts: Accounts;
  links: LoginLinks | null;
}) {
  const { provider, accounts, links } = deps;
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!(await isUnderWay(provider, request, response))) {
      const text =
        'This login has expired, or began in another browser. Go back to AIO and log in again.';
      return sendPage(response, 400, messagePage('Login expired', text));
    }
    const action = request.url ?? '';
    const linked = links?.redeem(request);
    if (linked !== undefined) return finish(linked);
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
    return finish(user);

    async function finish({ id }: RealmUser): Promise<void> {
      const result = { login: { accountId: id } };
      await provider.interactionFinished(request, response, result, {
        mergeWithLastSubmission: false,
      });
    }
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
