import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { press, tabTo } from '../browser/keys.ts';
import { checkThemes, follow } from '../browser/check-pages.ts';
import { readRun, type Stand } from './stand.ts';

/** A list of suggestions ignores keys for this long after it opens: CodeMirror's `interactionDelay`. */
const ACCEPTS_AFTER_MS = 75;

const GREETING = `# Greets.
name: greeting
input: { type: object, properties: { who: { type: string } }, examples: [{ who: ada }] }
steps:
  first:
    type: transform # computes
    with: { value: 1 }
  second:
    type: transform
    needs: [first]
    with: { value: "\${{ steps.first.output }}" }
output: "\${{ steps.second.output }}"
`;

const TWO_STEPS = `name: by-keys
steps:
  first: { type: transform, with: { value: 1 } }
  last: { type: transform, needs: [first], with: { value: 2 } }
`;

/** The editor of definitions. */
export async function testEditor(t: TestContext, { site, browser }: Stand): Promise<void> {
  const { api } = site.system;
  await api.createWorkflow(GREETING);

  const page = await browser.open(t, '/workflows');
  const content = page.getByRole('textbox', { name: 'Definition' });
  /** Whether to leave unsaved text, for the next questions; then always. */
  let answers: boolean[] = [];
  page.on('dialog', (dialog) => {
    void ((answers.shift() ?? true) ? dialog.accept() : dialog.dismiss());
  });
  async function edit(path = '/workflows/new?from=greeting'): Promise<void> {
    await follow(page, '/workflows');
    await follow(page, path);
    await content.waitFor();
  }

  const suggestions = page.locator('.cm-tooltip-autocomplete li');
  /** The lines that the editor draws: all lines of a short text. */
  const readText = async (): Promise<string> =>
    (await page.locator('.cm-content .cm-line').allInnerTexts())
      .map((line) => line.replace(/^\n$/, ''))
      .join('\n');

  await t.test('the editor suggests keys of the schema and ids of steps', async () => {
    await edit();
    await content.click();
    await press(page, 'Control+End', 'ArrowUp', 'ArrowUp', 'End', 'Enter');
    await page.keyboard.type('jo');
    await suggestions.getByText('join', { exact: true }).waitFor();
    // A new list ignores keys for a moment, so that users do not accept a suggestion before they see it.
    await page.waitForTimeout(2 * ACCEPTS_AFTER_MS);
    await press(page, 'Enter');
    await page.locator('.cm-line', { hasText: 'join:' }).waitFor();
    // The earlier list is still closing, and may close the next one too.
    const areSuggested = async () => {
      await press(page, 'Control+Space');
      const isShown = suggestions.getByText('none_failed').first().waitFor({ timeout: 2000 });
      return isShown.then(
        () => true,
        () => false,
      );
    };
    const what = 'suggestions for the values of join';
    await waitUntil(areSuggested, { what, timeoutMs: 30_000 });
    await press(page, 'Escape');
    await press(page, 'Control+z', 'Control+z', 'Control+z');
    await content.getByText('steps.first.output').click();
    await press(page, 'End', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft');
    await page.keyboard.type(' + steps.');
    await suggestions.getByText('first', { exact: true }).waitFor();
    assert.equal(await suggestions.getByText('second', { exact: true }).count(), 0);
    await press(page, 'Escape');
    await content.getByText('needs', { exact: true }).hover();
    await page.locator('.cm-tooltip-hover').getByText('steps that must end before').waitFor();
  });

  await t.test('an error is at its line, and in the list, which links to it', async () => {
    await edit();
    await page.locator('[data-valid]').waitFor();
    await content.getByText('greeting').click();
    await press(page, 'End');
    await page.keyboard.type(' BAD');
    const faults = page.locator('[data-faults]');
    await faults.getByText('Name of the workflow').waitFor();
    await page.locator('.cm-line', { hasText: 'BAD' }).locator('.cm-lintRange-error').waitFor();
    await press(page, 'Control+End');
    await faults.getByRole('button', { name: 'Line 2' }).first().click();
    await page.keyboard.type('X');
    assert.match(await readText(), /name: Xgreeting BAD/);

    await press(page, 'Control+Home');
    await page.keyboard.type('[');
    await press(page, 'Delete');
    await faults.getByRole('button', { name: 'Line 1' }).first().waitFor();
  });

  await t.test('errors name their step, are in view, and mark it in the graph', async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await edit();
    await page.locator('.cm-line', { hasText: 'needs' }).click();
    await press(page, 'End', 'Backspace');
    await page.keyboard.type('x]');
    const faults = page.locator('[data-faults]');
    await faults.getByText('second', { exact: true }).first().waitFor();
    const { y = 0, height = 0 } = (await faults.boundingBox()) ?? {};
    assert.ok(y + height <= 900, `the list ends at ${y + height}`);
    await page.locator('[data-node=second][data-fault]').waitFor();
    await page.getByRole('img', { name: 'second has errors' }).waitFor();
  });

  await t.test('a page with unsaved text asks before it is left', async () => {
    await edit();
    await content.click();
    await press(page, 'Control+Home');
    await page.keyboard.type('# mine ');
    answers = [false, false, true];
    await page.getByRole('link', { name: 'Overview' }).first().click();
    await page.evaluate('location.reload()');
    await waitUntil(() => answers.length === 1, { what: 'two questions' });
    assert.match(await readText(), /^# mine # Greets/);
    await page.getByRole('link', { name: 'Overview' }).first().click();
    await page.waitForURL('**/overview');
    assert.deepEqual(answers, []);
  });

  await t.test('the graph follows the text; a node leads to its step in the text', async () => {
    await edit();
    await page.locator('[data-node=second]').click();
    await page.locator('[data-node=second][data-selected]').waitFor();
    await page.locator('.cm-activeLine', { hasText: 'second:' }).waitFor();
    await page.getByRole('application').press('Enter');
    await page.keyboard.type('new_');
    await page.locator('[data-node=new_second][data-selected]').waitFor();
    await content.getByText('computes').click();
    await page.locator('[data-node=first][data-selected]').waitFor();
  });

  await t.test('a user compares a change with version 1 before and after saving', async () => {
    await edit();
    await content.getByText('computes').click();
    await press(page, 'End', 'Enter');
    await page.keyboard.type('timeout: 1m');
    await page.getByRole('button', { name: 'Compare with v1' }).click();
    await page.locator('.cm-changedLine', { hasText: 'timeout: 1m' }).waitFor();
    await press(page, 'Tab');
    await page.getByRole('button', { name: 'Save and publish' }).click();
    await page.waitForURL('**/workflows/greeting');
    await page.getByText('v2', { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Versions' }).click();
    const diff = page.locator('[data-diff]');
    await diff.locator('.cm-changedLine', { hasText: 'timeout: 1m' }).waitFor();
    await page.getByRole('switch', { name: 'Side by side' }).click();
    await diff.locator('.cm-merge-a').waitFor();
    await checkThemes(page);
    await page.getByRole('tab', { name: 'Graph' }).click();
    await page.locator('[data-node=first]').click();
    await page.getByRole('complementary').getByText('"transform"').waitFor();
    await page.getByRole('tab', { name: 'Runs' }).click();
    await page.getByText('No runs yet').waitFor();
  });

  await t.test('a saved version is started, published, and rolled back', async () => {
    await edit();
    await content.getByText('# Greets').click();
    await press(page, 'End', 'Enter');
    await page.keyboard.type('description: third');
    await page.getByRole('button', { name: 'Save without publishing' }).click();
    await page.waitForURL('**/workflows/greeting?tab=versions');
    const version = (number: number) => page.locator(`[data-version="${number}"]`);
    const isPublished = (number: number) => version(number).locator('time').nth(1).waitFor();
    await isPublished(2);
    await page.getByRole('link', { name: 'v3 is not published' }).waitFor();
    await checkThemes(page);
    await version(3).getByRole('link', { name: 'Start v3' }).click();
    await page.getByRole('heading', { name: 'Start a run of v3' }).waitFor();
    await page.getByRole('button', { name: 'Start run' }).click();
    await page.waitForURL('**/runs/*');
    await page.locator('header').getByText('v3', { exact: true }).waitFor();

    await follow(page, '/workflows/greeting?tab=versions');
    await page.getByRole('button', { name: 'Publish v3' }).click();
    await isPublished(3);
    await page.getByRole('button', { name: 'Publish v1' }).click();
    await isPublished(1);
    await page.getByText('v3 is not published').waitFor();
    await follow(page, '/workflows/new?from=greeting');
    await page.locator('.cm-line', { hasText: 'description: third' }).waitFor();
  });

  await t.test('a user writes, saves and runs two steps by keyboard', async () => {
    await edit('/workflows/new');
    await tabTo(page, '.cm-content');
    await press(page, 'Control+a');
    await page.keyboard.insertText(TWO_STEPS);
    await press(page, 'Control+s');

    await page.waitForURL('**/workflows/by-keys');
    await page.getByRole('button', { name: 'Start run' }).waitFor();
    await tabTo(page, 'form button[type=submit]');
    await press(page, 'Enter');
    await page.waitForURL('**/runs/*');
    await page.locator('header [data-status=succeeded]').waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1)!;
    const { steps } = await readRun(site, id);
    assert.deepEqual(Object.fromEntries(steps.map((step) => [step.id, step.needs])), {
      first: [],
      last: ['first'],
    });
  });

  await t.test('templates start a definition', async (t) => {
    const page = await browser.open(t, '/workflows/new');
    await page.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: 'Approval' }).click();
    await page.locator('[data-node=decide]').waitFor();
    await page.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: 'greeting' }).click();
    await page.locator('.cm-line', { hasText: 'name: my-greeting' }).waitFor();
    await page.getByRole('button', { name: 'Format' }).click();
    await page.getByText('The definition is valid.').waitFor();
  });

  await t.test('the editor breaks no accessibility rule with suggestions and faults', async () => {
    await edit();
    await page.locator('[data-node=second]').click();
    await content.getByText('computes').click();
    await press(page, 'End', 'Enter');
    await page.keyboard.type('jo');
    await suggestions.first().waitFor();
    await page.locator('[data-faults]').waitFor();
    await checkThemes(page);
    await page.getByRole('button', { name: 'Compare with' }).click();
    await page.locator('.cm-changedLine').first().waitFor();
    await checkThemes(page);
  });
}
