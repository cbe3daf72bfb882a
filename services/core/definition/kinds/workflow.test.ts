import { testGoodCases, testSteps, withSteps } from '../testing/cases.ts';

const { accepts, finds } = testSteps((given: object) => ({ type: 'workflow', with: given }));

accepts('a run of another workflow', { workflow: 'other', version: 2, input: { n: 1 } });
accepts('a run of this workflow', { workflow: 'test' });

const step = { type: 'workflow', with: { workflow: '${{ item }}', version: '${{ index }}' } };
testGoodCases([['runs of a map', withSteps({ c: { type: 'map', over: [1, 2], step } })]]);

finds(
  'an invalid workflow name',
  { workflow: 'No Name', version: 0 },
  ['/with/workflow', 'pattern'],
  ['/with/version', 'minimum'],
);
finds(
  'a secret in the input of another run',
  { workflow: 'other', input: '${{ secrets.token }}' },
  ['/with/input', 'secret_not_allowed'],
);
