import type { Definition, ItemStepDefinition } from '@aio/tools/system/definition';

/** More map items than one worker has slots. */
export const ITEMS = 24;

const BEARER = { authorization: 'Bearer ${{ secrets.canary_token }}' };
const LOGIN = { authorization: "Basic ${{ base64('me:' + secrets.canary_password) }}" };

/**
 * Every way in which a secret can come back: in an answer, a refusal, a retry, map items or a vendor's refusal; as it
 * is, decoded or in a form.
 * @param echo URL of the simulator's echo, which answers with the request
 */
export function echoedSecrets(echo: string): Definition {
  const call = (path: string, rest: object = { headers: BEARER }): ItemStepDefinition => ({
    type: 'http',
    with: { url: `${echo}/${path}`, method: 'POST', ...rest },
  });
  const again = { maxAttempts: 2, delay: '1ms', backoff: 'constant' } as const;
  const body = {
    password: '${{ secrets.canary_password }}',
    deep: ['${{ secrets.canary_token }}'],
  };
  const form = 'client_secret=${{ urlEncode(secrets.canary_password) }}';
  const ask = (model: string) =>
    ({ type: 'llm', with: { model, prompt: 'x' }, onFailure: 'continue' }) as const;
  return {
    name: 'echoed-secrets',
    steps: {
      answered: call('200/answered', { headers: BEARER, body }),
      login: call('200/login', { headers: LOGIN }),
      form: call('200/form', { body: form }),
      flaky: { ...call('200/flaky?fail=1', { headers: LOGIN, body }), retry: again },
      refused: { ...call('400/refused', { headers: LOGIN, body }), onFailure: 'continue' },
      failing: { ...call('500/failing'), retry: again, onFailure: 'continue' },
      each: {
        type: 'map',
        over: Array.from({ length: ITEMS }, (_, item) => item),
        concurrency: ITEMS,
        step: call('200/each/${{ item }}', { headers: BEARER, body }),
      },
      openai: ask('openai/gpt-6-luna'),
      anthropic: ask('anthropic/claude-haiku-5-5'),
      gone: {
        ...call('200/gone', { headers: { 'x-key': '${{ secrets.not_there }}' } }),
        onFailure: 'continue',
      },
      copied: {
        type: 'transform',
        needs: ['answered', 'each', 'refused'],
        join: 'all_settled',
        with: { value: '${{ [steps.answered.output, steps.each.output, steps.refused.error] }}' },
      },
    },
    output: '${{ steps.answered.output }}',
  };
}

/** A run that fails with the answer that it got. */
export function refusedSecret(echo: string): Definition {
  const url = `${echo}/400/refused-for-good`;
  return {
    name: 'refused-secret',
    steps: { refused: { type: 'http', with: { url, headers: BEARER } } },
  };
}
