import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOARDS } from '@aio/catalog/boards';
import { BOARD_FILES, panelsOf } from './generated-boards.ts';

test('the board of costs counts the calls that no cost includes, in all and by model', () => {
  const board = BOARD_FILES.find(({ board: { uid } }) => uid === BOARDS.cost.uid)!.board;
  const asked = panelsOf(board)
    .flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    .filter((expr) => expr.includes('aio_llm_unpriced_calls_total'));
  assert.equal(asked.length, 2);
  assert.match(asked[1]!, /sum by \(provider, model\)/);
});
