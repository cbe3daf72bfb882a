import { Type } from 'typebox';
import { AnyJson, Nullable } from '../../http/common-schema.ts';
import { FailureSchema } from './schema.ts';

export const StepInputQuery = Type.Object(
  {
    iteration: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
    brief: Type.Optional(
      Type.Boolean({
        description: '`true` = of a map: a short text for each item in place of its value.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const StepInputSchema = Type.Object(
  {
    input: AnyJson,
    error: Nullable(FailureSchema),
    hidden: Type.Array(Type.String(), { description: 'Names of the hidden secrets.' }),
  },
  { title: 'StepInput', additionalProperties: false },
);
