import type { TestContext } from 'node:test';
import { startTelemetry } from '@aio/runtime/telemetry';
import { type OtlpReceiver, startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import { startTestApi, type TestApi } from './start-test-api.ts';

const VERSION = '1.2.3';

/**
 * Starts the API with a collector that receives its spans and those of browsers.
 * @param ratio the share of traces that browsers should keep
 */
export async function startTraced(
  t: TestContext,
  ratio = 1,
  env: Record<string, string> = {},
): Promise<{ api: TestApi; collector: OtlpReceiver }> {
  const collector = await startOtlpReceiver();
  const nothing = { inc() {} };
  const telemetry = await startTelemetry(
    {
      serviceName: 'aio-api',
      serviceVersion: VERSION,
      serviceInstanceId: 'test',
      tracesUrl: `${collector.endpoint}/v1/traces`,
      sampler: 'parentbased_always_on',
      samplerRatio: 1,
      export: { delayMs: 20 },
    },
    {
      counters: {
        spansExported: nothing,
        spansDropped: nothing,
        logRecordsExported: nothing,
        logRecordsDropped: nothing,
        exportErrors: nothing,
      },
      log: { warn() {}, info() {} },
    },
  );
  t.after(async () => {
    await telemetry.shutdown();
    await collector.close();
  });
  const browserTracing = { ratio, export: telemetry.exportAs('aio-web')! };
  const api = await startTestApi(t, {
    isTracing: true,
    jaegerUiUrl: 'http://jaeger.example',
    browserTracing,
    env,
  });
  return { api, collector };
}
