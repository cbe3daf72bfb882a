/** SQL: sums over rows with `usage`. */
export const COST_SUMS = `
  coalesce(sum((usage ->> 'costUsd')::float8), 0) as "costUsd",
  (count(usage) - count(usage ->> 'costUsd'))::int as "unpricedCalls"`;

/** SQL: sums over rows with `usage`. */
export const USAGE_SUMS = `
  coalesce(sum((usage ->> 'inputTokens')::float8), 0) as "inputTokens",
  coalesce(sum((usage ->> 'cachedInputTokens')::float8), 0) as "cachedInputTokens",
  coalesce(sum((usage ->> 'outputTokens')::float8), 0) as "outputTokens",
  ${COST_SUMS}`;
