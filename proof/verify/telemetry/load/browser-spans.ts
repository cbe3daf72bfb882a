import { randomBytes } from 'node:crypto';
import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import { spanName } from '@aio/catalog/traces/spans';

interface BrowserSpans {
  /** The export of a page: OTLP as JSON. */
  body: unknown;
  /** `traceparent` of each of its calls, parent of the API's spans. */
  traceparents: string[];
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const whole = (key: string, intValue: number) => ({ key, value: { intValue } });
const hex = (bytes: number) => randomBytes(bytes).toString('hex');

/** Spans of a web UI page: a call by a timer, and a navigation and a click with a call each. */
export function browserSpans(origin: string): BrowserSpans {
  const { hostname, port } = new URL(origin);
  const endMs = Date.now();
  const times = {
    startTimeUnixNano: `${endMs - 50}000000`,
    endTimeUnixNano: `${endMs}000000`,
  };
  const call = (traceId: string, parentSpanId?: string) => ({
    ...times,
    traceId,
    spanId: hex(8),
    ...(parentSpanId && { parentSpanId }),
    name: 'GET',
    kind: 3,
    attributes: [
      text(ATTRIBUTES.httpRequestMethod, 'GET'),
      text(ATTRIBUTES.urlFull, `${origin}/api/v1/workflows`),
      text(ATTRIBUTES.serverAddress, hostname),
      whole(ATTRIBUTES.serverPort, Number(port)),
      whole(ATTRIBUTES.httpResponseStatusCode, 200),
    ],
  });
  const withCall = (key: 'webClick' | 'webNavigation', page: string, widget?: string) => {
    const action = {
      ...times,
      traceId: hex(16),
      spanId: hex(8),
      name: spanName(key, { page }),
      kind: 1,
      attributes: [
        text(ATTRIBUTES.webRoute, page),
        ...(widget === undefined ? [] : [text(ATTRIBUTES.appWidgetName, widget)]),
      ],
    };
    return [action, call(action.traceId, action.spanId)];
  };
  const spans = [
    call(hex(16)),
    ...withCall('webNavigation', '/overview'),
    ...withCall('webClick', '/runs', 'Start run'),
  ];
  const calls = spans.filter(({ name }) => name === 'GET');
  return {
    body: { resourceSpans: [{ scopeSpans: [{ scope: { name: '@aio/web' }, spans }] }] },
    traceparents: calls.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`),
  };
}
