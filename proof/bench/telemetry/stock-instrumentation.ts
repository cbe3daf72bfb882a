/**
 * For `--import`: traces a service with OpenTelemetry's stock instrumentation packages. Environment variables choose
 * exporter and sampling.
 */
import { register } from 'import-in-the-middle/register-hooks.mjs';

// This must run before the packages load. Otherwise there are only HTTP spans, and no error.
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
