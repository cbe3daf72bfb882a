import { testSteps } from '../testing/cases.ts';

const { accepts, finds } = testSteps((given: object) => ({ type: 'approval', ...given }));

accepts('an approval without with', {});
accepts('a role that may decide', {
  with: { message: 'Ship ${{ input.version }}?', approver: { role: 'admin' } },
});

finds('two approvers', { with: { approver: { role: 'x', user: 'y' } } }, [
  '/with/approver',
  'max_properties',
]);
finds('an empty approver', { with: { approver: {} } }, ['/with/approver', 'min_properties']);
