/**
 * What a service loads first to be traced by instrumentation packages, as they come: for `--import`.
 * The environment says where spans go and which are kept.
 */
import { register } from 'import-in-the-middle/register-hooks.mjs';

// Before any of them is loaded: otherwise there are spans of HTTP alone, and no error.
register({ include: ['http', 'node:http', 'koa', '@koa/router', 'pg', 'pg-pool'] });

const [{ NodeSDK }, { HttpInstrumentation }, { KoaInstrumentation }, { PgInstrumentation }] =
  await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/instrumentation-http'),
    import('@opentelemetry/instrumentation-koa'),
    import('@opentelemetry/instrumentation-pg'),
  ]);

new NodeSDK({
  instrumentations: [new HttpInstrumentation(), new KoaInstrumentation(), new PgInstrumentation()],
}).start();
