/** Definitions that tests post. */

export const CHAIN = {
  name: 'chain',
  description: 'Three steps, one after the other',
  input: {
    type: 'object',
    required: ['n'],
    properties: { n: { type: 'integer' } },
    additionalProperties: false,
  },
  timeout: '1h',
  steps: {
    first: { type: 'transform', with: { value: '${{ input.n + 1 }}' } },
    ask: { type: 'approval', needs: ['first'], with: { message: 'Go on?' } },
    last: { type: 'transform', needs: ['ask'], with: { value: 1 } },
  },
};

export const MAP = {
  name: 'each',
  steps: {
    each: {
      type: 'map',
      over: [1, 2, 3],
      step: { type: 'transform', with: { value: '${{ item }}' } },
    },
  },
};

export const CHAIN_YAML = `# kept as it was posted
name: chain-yaml
steps:
  only:
    type: transform
    with: { value: 1 }
`;
