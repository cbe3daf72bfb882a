// Made of services/core/definition/kinds by its generate.ts: npm run generate

import { createKind as approvalKind } from './approval.ts';
import { createKind as delayKind } from './delay.ts';
import { createKind as httpKind } from './http.ts';
import { createKind as llmKind } from './llm.ts';
import { createKind as transformKind } from './transform.ts';
import { createKind as waitKind } from './wait.ts';
import { createKind as workflowKind } from './workflow.ts';

/** Creates the executor of each kind. */
export const CREATE_KIND = {
  approval: approvalKind,
  delay: delayKind,
  http: httpKind,
  llm: llmKind,
  transform: transformKind,
  wait: waitKind,
  workflow: workflowKind,
} as const;
