/** OpenTelemetry's instrumentation packages, to see inside libraries. */
import type { Instrumentation } from '@opentelemetry/instrumentation';

interface Stock {
  /** Modules to wrap when they are loaded. */
  modules: readonly string[];
  create(): Promise<Instrumentation>;
}

const STOCK: Readonly<Record<string, Stock>> = {
  koa: {
    modules: ['koa', '@koa/router'],
    create: async () => {
      const { KoaInstrumentation } = await import('@opentelemetry/instrumentation-koa');
      return new KoaInstrumentation();
    },
  },
  pg: {
    modules: ['pg', 'pg-pool'],
    create: async () => {
      const { PgInstrumentation } = await import('@opentelemetry/instrumentation-pg');
      // No single-span traces of background work.
      return new PgInstrumentation({ requireParentSpan: true });
    },
  },
};

/**
 * Makes libraries create spans below ours. Call it before they are loaded: a loaded library silently creates none.
 * @param names from OTEL_NODE_ENABLED_INSTRUMENTATIONS, e.g. `koa,pg`; unknown names are ignored
 */
export async function instrumentLibraries(names = ''): Promise<void> {
  const wanted = names.split(',').flatMap((name) => STOCK[name.trim()] ?? []);
  if (wanted.length === 0) return;
  const [{ register }, { registerInstrumentations }, instrumentations] = await Promise.all([
    import('import-in-the-middle/register-hooks.mjs'),
    import('@opentelemetry/instrumentation'),
    Promise.all(wanted.map(({ create }) => create())),
  ]);
  // The only way to wrap ECMAScript modules.
  register({ include: wanted.flatMap(({ modules }) => modules) });
  registerInstrumentations({ instrumentations });
}
