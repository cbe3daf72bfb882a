import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawFlameGraph } from './flame-graph.ts';
import { framesOfCpu, framesOfHeap, heaviest } from './frames.ts';

const at = (functionName: string, file = '', lineNumber = 0) => ({
  functionName,
  url: file && `file:///app/${file}`,
  scriptId: '1',
  lineNumber,
  columnNumber: 0,
});

const CPU = {
  startTime: 0,
  endTime: 6000,
  nodes: [
    { id: 1, callFrame: at('(root)'), children: [2, 3, 5, 6] },
    { id: 2, callFrame: at('(idle)') },
    { id: 3, callFrame: at('serve', 'services/api/server.ts', 9), children: [4] },
    { id: 4, callFrame: at('parse<T>', 'node_modules/cel/parse.js') },
    { id: 5, callFrame: at('(garbage collector)') },
    { id: 6, callFrame: { ...at('post'), url: 'node:inspector' } },
  ],
  samples: [2, 3, 4, 4, 5, 6],
  timeDeltas: [1000, 1000, 2000, 1500, 500, 700],
};

test('frames of a CPU profile include callees, but no idle time', () => {
  const all = framesOfCpu(CPU, '/app');
  assert.deepEqual(all, {
    name: '(root)',
    value: 5000,
    children: [
      {
        name: 'serve  services/api/server.ts:10',
        value: 4500,
        children: [{ name: 'parse<T>  cel/parse.js:1', value: 3500, children: [] }],
      },
      { name: '(garbage collector)', value: 500, children: [] },
    ],
  });
  assert.deepEqual(heaviest(all, 2), [
    { name: 'parse<T>  cel/parse.js:1', value: 3500 },
    { name: 'serve  services/api/server.ts:10', value: 1000 },
  ]);
});

test('frames of a heap profile', () => {
  const leaf = {
    callFrame: at('keep', 'services/api/server.ts'),
    selfSize: 3,
    id: 2,
    children: [],
  };
  const head = { callFrame: at('(root)'), selfSize: 1, id: 1, children: [leaf] };
  const all = framesOfHeap({ head }, '/app');
  assert.deepEqual([all.value, all.children[0]?.value], [4, 3]);
});

test('the graph has every function with its width, and is well-formed XML', () => {
  const svg = drawFlameGraph(framesOfCpu(CPU, '/app'), {
    title: 'worker-1: 5 < 6',
    format: (value) => `${value} us`,
  });
  assert.match(svg, /<title>parse&lt;T&gt;  cel\/parse.js:1: 3500 us, 70.0 %<\/title>/);
  assert.match(svg, /width="1120.0" height="17" fill="hsl\(2\d\d/);
  assert.match(svg, /worker-1: 5 &lt; 6, 5000 us/);
  assert.equal(svg.match(/<g>/g)?.length, 4);
  assert.doesNotMatch(svg, /<script|NaN/);
});
