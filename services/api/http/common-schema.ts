import { type TSchema, Type } from 'typebox';

export const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

export const Id = Type.String({ pattern: UUID, description: 'A UUIDv7 in lower case.' });
export const WorkflowName = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' });
export const StepId = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,63}$' });

/** ISO 8601 in UTC with milliseconds. */
export const Time = Type.String({ format: 'date-time' });
export const Milliseconds = Type.Number({ minimum: 0 });
export const AnyJson = Type.Unknown();

export function Nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

export function OneOf<const Values extends readonly string[]>(values: Values) {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: [...values] });
}

/** Text for the database: PostgreSQL cannot store NUL. */
export function Text(maxLength: number) {
  return Type.String({ maxLength, pattern: '^[^\\x00]*$' });
}

export const PauseBody = Type.Object(
  {
    reason: Type.Optional({
      ...Text(200),
      minLength: 1,
      description: 'The reason for the pause. Users whose runs or steps wait see it.',
    }),
  },
  { title: 'Pause', additionalProperties: false },
);

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 200;

/** Query parameters of every list. The cursor is the `nextCursor` of the page before. */
export const PAGE_QUERY = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_PAGE_SIZE, default: DEFAULT_PAGE_SIZE }),
  ),
  cursor: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,400}$' })),
};

/** Lists leave out what belongs to game days. @param description what `true` includes */
export const GameDaysQuery = (description: string) =>
  Type.Optional(Type.Boolean({ default: false, description }));

export function Page<Schema extends TSchema>(title: string, item: Schema) {
  return Type.Object(
    { items: Type.Array(item), nextCursor: Nullable(Type.String()) },
    { title, additionalProperties: false },
  );
}

export const FaultSchema = Type.Object(
  {
    pointer: Type.String({ description: 'JSON pointer to the wrong place in the request.' }),
    rule: Type.String(),
    message: Type.String(),
    hint: Type.String(),
  },
  { title: 'Fault' },
);

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ format: 'uri-reference' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String(),
    traceId: Nullable(Type.String()),
    errors: Type.Optional(Type.Array(FaultSchema)),
  },
  { title: 'Problem' },
);

export const USD = 'US dollars, by the table of prices. Calls of unknown price add nothing.';
export const Usd = Type.Number({ minimum: 0, description: USD });

export const UnpricedCalls = Type.Integer({
  description: 'Model calls of unknown price, which the cost leaves out.',
});

/** Index of a map's item as the API shows it: null = the step itself, -1 in the database. */
export function itemOrNull(iteration: number): number | null {
  return iteration === -1 ? null : iteration;
}
