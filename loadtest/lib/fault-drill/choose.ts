import { EXIT, StackError } from '@aio/stack/stack-error';

interface Named {
  readonly name: string;
}

/**
 * Those that `--only` names.
 * @param only names, comma-separated; empty = all
 * @param noun what they are, for whoever misspells one
 * @param isMeant whether a name means this one; by default its own name alone
 */
export function choose<One extends Named>(
  all: readonly One[],
  only: string,
  noun: string,
  isMeant = (one: One, name: string) => one.name === name,
): readonly One[] {
  if (only === '') return all;
  return only.split(',').flatMap((given) => {
    const name = given.trim();
    const found = all.filter((one) => isMeant(one, name));
    if (found.length > 0) return found;
    const known = all.map((one) => one.name).join(', ');
    throw new StackError(`there is no ${noun} "${name}"; there are ${known}`, {
      exitCode: EXIT.usage,
    });
  });
}
