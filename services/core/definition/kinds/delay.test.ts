import { testSteps } from '../testing/cases.ts';

const { accepts, finds } = testSteps((given: object) => ({ type: 'delay', with: given }));

accepts('a duration', { duration: '365d' });
accepts('a computed duration', { duration: '${{ input.pause }}' });

finds('no duration', {}, ['/with', 'required']);
finds('an invalid duration', { duration: 'soon' }, ['/with/duration', 'pattern']);
finds('a long duration', { duration: '366d' }, ['/with/duration', 'limit']);
