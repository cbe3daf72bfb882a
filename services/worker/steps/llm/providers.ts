import type { Dispatcher } from 'undici';
import { StepError } from '@aio/core/run/step-outcome';
import { createAnthropicProvider } from './anthropic.ts';
import { createOpenAiProvider } from './openai.ts';
import type { LlmProvider, VendorConfig } from './provider.ts';
import { createFetch } from './transport.ts';

export interface ProvidersDeps {
  /** See `http-agent.ts`. The caller closes it. */
  agent: Dispatcher;
  openai: VendorConfig;
  anthropic: VendorConfig;
}

/** Returns a function that finds a provider by name, and throws StepError `unknown_provider` or `llm_not_configured`. */
export function createProviders(deps: ProvidersDeps): (name: string) => LlmProvider {
  const fetch = createFetch(deps.agent);
  const create = {
    openai: (apiKey: string) => createOpenAiProvider({ ...deps.openai, apiKey }, fetch),
    anthropic: (apiKey: string) => createAnthropicProvider({ ...deps.anthropic, apiKey }, fetch),
  };
  const made = new Map<string, LlmProvider>();
  return (name) => {
    if (name !== 'openai' && name !== 'anthropic')
      throw new StepError(
        'unknown_provider',
        `Unknown provider "${name}". Use openai or anthropic.`,
        {
          retryable: false,
        },
      );
    const { apiKey } = deps[name];
    if (apiKey === null) {
      const variable = `${name.toUpperCase()}_API_KEY`;
      throw new StepError(
        'llm_not_configured',
        `The worker has no API key for this vendor. Set ${variable}.`,
        {
          retryable: false,
          details: { variable },
        },
      );
    }
    const provider = made.get(name) ?? create[name](apiKey);
    made.set(name, provider);
    return provider;
  };
}
