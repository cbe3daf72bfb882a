import { REJECTED } from '@aio/core/run/step-outcome';

/** SQL: how a run or step ended: its status, or `rejected` if it failed because of a person's "no". */
export const sqlOutcome = (row: string) =>
  `case when ${row}.status = 'failed' and ${row}.error ->> 'code' = '${REJECTED}' then 'rejected' else ${row}.status end`;
