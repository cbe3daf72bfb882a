/** Workflows of the browser tests. Their calls to `simulator` set its delay and its failures. */

/** Two calls side by side, a call that fails once, a map, an approval. */
export function liveWorkflow(simulator: string): string {
  return `
name: web-live
description: Everything that the run page draws
input:
  type: object
  additionalProperties: false
  required: [who, workMs]
  examples: [{ who: ada, workMs: 700, names: [grace] }, { who: mary, workMs: 800 }]
  properties:
    who: { type: string, minLength: 2, title: Who, description: Who to greet }
    workMs: { type: integer, minimum: 1, maximum: 5000, title: Work }
    mood: { enum: [calm, loud], title: Mood }
    names: { type: array, items: { type: string }, title: Names, default: [ada, grace, mary] }
steps:
  left: { type: http, with: { url: "\${{ '${simulator}/work?ms=' + string(input.workMs) }}" } }
  right: { type: http, with: { url: "\${{ '${simulator}/work?ms=' + string(input.workMs) }}" } }
  shaky:
    type: http
    needs: [left, right]
    retry: { maxAttempts: 3, backoff: constant, delay: 200ms }
    with: { url: "\${{ '${simulator}/work?ms=50&fail=1&key=' + run.id }}" }
  each:
    type: map
    needs: [shaky]
    over: "\${{ input.names }}"
    step: { type: transform, with: { value: "\${{ 'Hello, ' + item }}" } }
  agree: { type: approval, needs: [each], with: { message: "Greet \${{ input.who }}?" } }
  greet: { type: transform, needs: [agree], with: { value: "\${{ 'Hello, ' + input.who }}" } }
output: "\${{ steps.greet.output }}"
`;
}

/** A workflow with many steps. The page may draw only those in view. */
export function wideWorkflow(width: number): string {
  const steps = Array.from({ length: width }, (_, index) => [
    `part_${index}`,
    { type: 'transform', with: { value: index } },
  ]);
  return JSON.stringify({ name: 'web-wide', steps: Object.fromEntries(steps) });
}

/** Waits for an event with the key `order` of its input. */
export const PAID_WORKFLOW = `
name: web-paid
labels: { order: "\${{ input.order }}" }
steps:
  paid: { type: wait, timeout: 1h, with: { event: order.paid, key: "\${{ input.order }}" } }
output: "\${{ steps.paid.output.payload.amount }}"
`;

/** Starts a child run, and waits for one event per map item. */
export const PARENT_WORKFLOW = `
name: web-parent
steps:
  order:
    type: workflow
    with: { workflow: web-paid, input: { order: "\${{ input.order }}" } }
  each:
    type: map
    over: ["-1", "-2"]
    step: { type: wait, with: { event: order.paid, key: "\${{ input.order + item }}" } }
output: "\${{ steps.order.output }}"
`;

/** Calls a model. No worker of these tests has the lane `llm`. */
export const UNSERVED_WORKFLOW = `
name: web-unserved
steps:
  think: { type: llm, with: { model: openai/gpt-6-luna, prompt: Why? } }
`;

export const FAILING_WORKFLOW = `
name: web-failing
steps:
  breaks: { type: transform, with: { value: "\${{ input.nothing.here }}" } }
  after: { type: transform, needs: [breaks], with: { value: 1 } }
`;
