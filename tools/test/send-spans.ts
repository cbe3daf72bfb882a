import { randomBytes } from 'node:crypto';

export interface SentSpan {
  name: string;
  durationMs: number;
  /** Default false. */
  isError?: boolean;
}

/** Sends one trace of spans without parents over OTLP/HTTP. @returns its id */
export async function sendSpans(
  endpoint: string,
  service: string,
  spans: readonly SentSpan[],
): Promise<string> {
  const traceId = randomBytes(16).toString('hex');
  const now = BigInt(Date.now()) * 1_000_000n;
  const response = await fetch(`${endpoint}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
          scopeSpans: [
            {
              spans: spans.map(({ name, durationMs, isError = false }) => ({
                traceId,
                spanId: randomBytes(8).toString('hex'),
                name,
                kind: 2,
                startTimeUnixNano: String(now - BigInt(durationMs) * 1_000_000n),
                endTimeUnixNano: String(now),
                status: isError ? { code: 2 } : {},
              })),
            },
          ],
        },
      ],
    }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return traceId;
}
