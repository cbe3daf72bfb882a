import { Type } from 'typebox';
import { Nullable, Time } from '../../http/common-schema.ts';
import { EpochSeconds, Points } from '../../monitoring/schema.ts';

export const BoardParams = Type.Object({ uid: Type.String({ pattern: '^[a-z0-9-]{1,40}$' }) });

export const BoardList = Type.Object(
  {
    isConfigured: Type.Boolean({ description: 'Whether there is a Prometheus to ask.' }),
    grafanaUrl: Nullable(
      Type.String({ description: 'Of a Grafana that has the same boards; null = none.' }),
    ),
    items: Type.Array(
      Type.Object(
        {
          uid: Type.String(),
          title: Type.String(),
          description: Type.String({ description: 'The question that the board answers.' }),
          panels: Type.Integer(),
          isConfigured: Type.Boolean({
            description: 'Whether there is somebody to ask its queries: Prometheus, or Loki.',
          }),
        },
        { title: 'BoardSummary', additionalProperties: false },
      ),
    ),
  },
  { title: 'BoardList', additionalProperties: false },
);

export const VariableList = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          label: Type.String(),
          description: Nullable(Type.String()),
          values: Type.Array(Type.String()),
        },
        { title: 'BoardVariable', additionalProperties: false },
      ),
    ),
  },
  { title: 'VariableList', additionalProperties: false },
);

const Chosen = Type.Union([
  Type.Literal('all'),
  Type.Array(Type.String({ maxLength: 300 }), { minItems: 1, maxItems: 100 }),
]);

export const PanelQuery = Type.Object(
  {
    panel: Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Its `id` in the board.' }),
    from: Time,
    to: Time,
    points: Type.Optional(Points),
    variables: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z]{1,40}$' }), Chosen, {
        description: 'Values by variable; one that is not here is `all`.',
      }),
    ),
  },
  { title: 'PanelQuery', additionalProperties: false },
);

export const MarkList = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          name: Type.String({ description: 'Of the kind of marks, e.g. `Restarts`.' }),
          title: Type.String(),
          color: Type.String(),
          from: EpochSeconds,
          to: Type.Number({ description: 'The same as `from` = a moment.' }),
        },
        { title: 'BoardMark', additionalProperties: false },
      ),
    ),
    leftOut: Type.Integer({ description: 'Older marks that the answer is too large for.' }),
  },
  { title: 'MarkList', additionalProperties: false },
);
