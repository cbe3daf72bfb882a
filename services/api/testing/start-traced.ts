import type { TestContext } from 'node:test';
import type { OtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import { startTestTelemetry } from '@aio/runtime/testing/telemetry';
import { startTestApi, type TestApi } from './start-test-api.ts';

/**
 * Starts the API with a collector that receives its spans.
 * @param ratio the share of traces that browsers should keep
 */
export async function startTraced(
  t: TestContext,
  ratio = 1,
  env: Record<string, string> = {},
): Promise<{ api: TestApi; collector: OtlpReceiver }> {
  const { receiver, close } = await startTestTelemetry({
    serviceName: 'aio-api',
    serviceVersion: '1.2.3',
  });
  t.after(close);
  const api = await startTestApi(t, {
    isTracing: true,
    jaegerUiUrl: 'http://jaeger.example',
    browserTracesRatio: ratio,
    env,
  });
  return { api, collector: receiver };
}
