/** The form of names in definitions. */

export const STEP_ID_PATTERN = '^[A-Za-z_][A-Za-z0-9_]{0,63}$';
export const LABEL_NAME_PATTERN = '^[a-z][a-z0-9_]{0,31}$';
export const WORKFLOW_NAME_PATTERN = '^[a-z0-9][a-z0-9-]{0,62}$';
/** Makes `secrets.<name>` a valid expression. */
export const SECRET_NAME_PATTERN = '^[A-Za-z_][A-Za-z0-9_]{0,63}$';
/** Names of events: `order.paid`, `github:push`. */
export const EVENT_NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}$';
export const MAX_EVENT_KEY_LENGTH = 500;
