import type { Plan } from './plan.ts';
import type { WorkflowDefinition } from './schema.ts';

export type { MapPlan, OnFailurePlan, Plan, PlanStep, PlanWork } from './plan.ts';

export declare function compilePlan(definition: WorkflowDefinition): Plan;
