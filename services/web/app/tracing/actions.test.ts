import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { createActions, type Actions } from './actions.ts';

const exporter = new InMemorySpanExporter();
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });

/** Longer than the quiet time that ends an action. */
const QUIET = 1000;
let actions: Actions;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  exporter.reset();
  actions = createActions(provider.getTracer('test'));
});

const names = () => exporter.getFinishedSpans().map(({ name }) => name);

test('an action lasts until its calls have ended and nothing comes of them', () => {
  const action = actions.begin('click', '/runs', 'Start run');
  const leave = action.join(true);
  mock.timers.tick(QUIET);
  assert.equal(actions.current(), action, 'a call is open');
  leave();
  const navigated = action.join(false);
  mock.timers.tick(QUIET);
  assert.deepEqual(names(), []);
  navigated();
  mock.timers.tick(QUIET);
  assert.equal(actions.current(), null);
  const [span] = exporter.getFinishedSpans();
  assert.equal(span?.name, 'click /runs');
  const attributes = { 'aio.web.route': '/runs', 'app.widget.name': 'Start run' };
  assert.deepEqual(span.attributes, attributes);
});

test('an action without API calls leaves no span', () => {
  actions.begin('click', '/runs').join(false)();
  mock.timers.tick(QUIET);
  assert.equal(actions.current(), null);
  assert.deepEqual(names(), []);
});

test('each action is a trace of its own, and the one before it ends by itself', () => {
  const first = actions.begin('click', '/runs');
  const leave = first.join(true);
  const second = actions.begin('navigate', '/workflows');
  second.join(true)();
  mock.timers.tick(QUIET);
  leave();
  mock.timers.tick(QUIET);
  assert.deepEqual(names(), ['navigate /workflows', 'click /runs']);
  const ids = [first, second].map(({ context }) => trace.getSpanContext(context)?.traceId);
  assert.notEqual(ids[0], ids[1]);
});
