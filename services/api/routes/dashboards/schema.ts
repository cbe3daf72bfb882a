import { Type } from 'typebox';
import { Nullable, Time } from '../../http/common-schema.ts';
import { EpochSeconds, Points } from '../../monitoring/schema.ts';

export const BoardParams = Type.Object({ uid: Type.String({ pattern: '^[a-z0-9-]{1,40}$' }) });

export const BoardList = Type.Object(
  {
    isConfigured: Type.Boolean({ description: 'Whether PROMETHEUS_URL is set.' }),
    grafanaUrl: Nullable(
      Type.String({ description: 'Address of a Grafana with the same dashboards; null = none.' }),
    ),
    items: Type.Array(
      Type.Object(
        {
          uid: Type.String(),
          title: Type.String(),
          description: Type.String({ description: 'The question that the dashboard answers.' }),
          panels: Type.Integer(),
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
    panel: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description: '`id` of the panel in the dashboard.',
    }),
    from: Time,
    to: Time,
    points: Type.Optional(Points),
    variables: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z]{1,40}$' }), Chosen, {
        description: 'Chosen values by variable. Absent = `all`.',
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
          name: Type.String({ description: 'Kind of the mark, e.g. `Restarts`.' }),
          title: Type.String(),
          color: Type.String(),
          from: EpochSeconds,
          to: Type.Number({ description: 'Equal to `from` for a single moment.' }),
        },
        { title: 'BoardMark', additionalProperties: false },
      ),
    ),
    leftOut: Type.Integer({ description: 'Number of older marks that are left out.' }),
  },
  { title: 'MarkList', additionalProperties: false },
);
