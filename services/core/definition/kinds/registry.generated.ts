// Made of services/core/definition/kinds by its generate.ts: npm run generate

import { kind as approvalKind } from './approval.ts';
import { kind as delayKind } from './delay.ts';
import { kind as httpKind } from './http.ts';
import { kind as llmKind } from './llm.ts';
import { kind as mapKind } from './map.ts';
import { kind as transformKind } from './transform.ts';
import { kind as waitKind } from './wait.ts';
import { kind as workflowKind } from './workflow.ts';

export const STEP_KINDS = {
  approval: approvalKind,
  delay: delayKind,
  http: httpKind,
  llm: llmKind,
  map: mapKind,
  transform: transformKind,
  wait: waitKind,
  workflow: workflowKind,
} as const;
