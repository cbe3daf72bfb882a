/** The example in the published schema. */
export const EXAMPLE_DEFINITION = {
  name: 'triage-incident',
  input: {
    type: 'object',
    required: ['service'],
    properties: { service: { type: 'string' } },
  },
  steps: {
    fetch: {
      type: 'http',
      with: { url: "${{ 'https://status.example/api/' + input.service }}" },
      retry: { maxAttempts: 4 },
    },
    classify: {
      type: 'llm',
      needs: ['fetch'],
      with: {
        model: 'openai/gpt-6-luna',
        prompt: 'How severe is this? ${{ steps.fetch.output.body }}',
        schema: {
          type: 'object',
          required: ['severity'],
          properties: { severity: { enum: ['low', 'high'] } },
        },
      },
      timeout: '30s',
    },
    approve: {
      type: 'approval',
      needs: ['classify'],
      if: "steps.classify.output.severity == 'high'",
      with: { message: 'Page the owner of ${{ input.service }}?' },
    },
  },
  output: '${{ steps.classify.output }}',
};
