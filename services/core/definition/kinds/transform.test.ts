import { testSteps } from '../testing/cases.ts';

const { accepts, finds } = testSteps((given: object) => ({ type: 'transform', with: given }));

accepts('any value', { value: [null, { a: '${{ input.n + 1 }}' }] });

finds('no value', {}, ['/with', 'required']);
finds('a second value', { value: 1, values: 2 }, ['/with/values', 'unknown_field', /value/]);
finds('a secret', { value: '${{ secrets.token }}' }, ['/with/value', 'secret_not_allowed']);
