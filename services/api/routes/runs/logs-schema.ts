import { Type } from 'typebox';
import { Nullable, StepId, Time } from '../../http/common-schema.ts';

export const StepLogsQuery = Type.Object(
  {
    iteration: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
    attempt: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
  },
  { additionalProperties: false },
);

export const RunLogsSchema = Type.Object(
  {
    lines: Type.Array(
      Type.Object(
        {
          at: Time,
          level: Type.String(),
          message: Type.String(),
          step: StepId,
          iteration: Nullable(Type.Integer()),
          attempt: Type.Integer(),
        },
        { title: 'RunLogLine', additionalProperties: true },
      ),
    ),
    truncated: Type.Boolean({
      description:
        'Whether lines are missing, because the steps logged more than AIO keeps or one response holds.',
    }),
  },
  { title: 'RunLogs', additionalProperties: false },
);

export const LogsSchema = Type.Object(
  {
    lines: Type.Array(
      Type.Object(
        { at: Time, level: Type.String(), message: Type.String() },
        { title: 'LogLine', additionalProperties: true },
      ),
    ),
    truncated: Type.Boolean(),
  },
  { title: 'StepLogs', additionalProperties: false },
);
