/** Instrumentation packages of OpenTelemetry, for people who want to see inside the libraries. */
import type { Instrumentation } from '@opentelemetry/instrumentation';

interface Stock {
  /** Modules that are wrapped while they are loaded. */
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
      // Work in the background makes no traces of one span.
      return new PgInstrumentation({ requireParentSpan: true });
    },
  },
};

/**
 * Has libraries make spans of their own, within ours. Call it before they are loaded: one that is there already makes
 * none, and says nothing.
 * @param names as of OTEL_NODE_ENABLED_INSTRUMENTATIONS: `koa,pg`; others are ignored, none loads nothing
 */
export async function instrumentLibraries(names = ''): Promise<void> {
  const wanted = names.split(',').flatMap((name) => STOCK[name.trim()] ?? []);
  if (wanted.length === 0) return;
  const [{ register }, { registerInstrumentations }, instrumentations] = await Promise.all([
    import('import-in-the-middle/register-hooks.mjs'),
    import('@opentelemetry/instrumentation'),
    Promise.all(wanted.map(({ create }) => create())),
  ]);
  // ECMAScript modules have no other place to be wrapped in.
  register({ include: wanted.flatMap(({ modules }) => modules) });
  registerInstrumentations({ instrumentations });
}
