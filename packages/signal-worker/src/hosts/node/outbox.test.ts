import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from './outbox.js';

/** A promise that is settled from outside. */
function deferred<Result>() {
  let resolve: (result: Result) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<Result>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Everything that was going to run by itself has run. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('with nothing in the making, it runs at once', () => {
  const done: string[] = [];
  const outbox = new Outbox({ fail: () => assert.fail() });
  outbox.push(() => done.push('a'));
  assert.deepEqual(done, ['a']);
});

test('nothing overtakes what is in the making, whichever is ready first', async () => {
  const done: string[] = [];
  const outbox = new Outbox({ fail: () => assert.fail() });
  const [first, second] = [deferred<string>(), deferred<string>()];
  outbox.pushLater(first.promise, (text) => done.push(text));
  outbox.push(() => done.push('b'));
  outbox.pushLater(second.promise, (text) => done.push(text));
  outbox.push(() => done.push('d'));
  second.resolve('c');
  await settled();
  assert.equal(done.length, 0);
  first.resolve('a');
  await settled();
  assert.deepEqual(done, ['a', 'b', 'c', 'd']);
  outbox.push(() => done.push('e'));
  assert.deepEqual(done.slice(4), ['e']);
});

test('what cannot be made is reported, and the rest goes on', async () => {
  const failures: unknown[] = [];
  const done: string[] = [];
  const outbox = new Outbox({ fail: (error) => failures.push(error) });
  const bad = deferred<string>();
  outbox.pushLater(bad.promise, () => done.push('never'));
  outbox.push(() => done.push('after'));
  bad.reject(new Error('no'));
  await settled();
  assert.deepEqual([failures.length, done], [1, ['after']]);
});
