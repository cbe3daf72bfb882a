import { Type } from 'typebox';
import { WEB_ROUTES, WEB_VITALS } from '@aio/catalog/metrics/web-labels';
import { Nullable, OneOf } from '../../http/common-schema.ts';

const MAX_VITALS = 100;
/** Milliseconds. */
const MAX_VITAL = 600_000;

export const VitalsBody = Type.Object(
  {
    vitals: Type.Array(
      Type.Object(
        {
          name: OneOf(WEB_VITALS),
          route: OneOf(WEB_ROUTES),
          value: Type.Number({
            minimum: 0,
            maximum: MAX_VITAL,
            description: 'Milliseconds; for CLS the score.',
          }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: MAX_VITALS },
    ),
  },
  { title: 'WebVitals', additionalProperties: false },
);

export const TelemetrySchema = Type.Object(
  {
    traces: Nullable(
      Type.Object(
        {
          ratio: Type.Number({
            minimum: 0,
            maximum: 1,
            description: 'Share of requests to begin as sampled traces.',
          }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { title: 'Telemetry', additionalProperties: false },
);
