import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressBook } from './address-book.js';

const book = () => new AddressBook({ pendingPerAddress: 2, socketsPerAddress: 3 });

test('sockets without a hello, and all of them, are counted by address', () => {
  const counted = book();
  const [first, second] = [counted.enter('a'), counted.enter('a')];
  assert.equal(counted.limitHit('a'), 'pending-per-address');
  assert.equal(counted.limitHit('b'), null);
  first.welcomed();
  assert.equal(counted.limitHit('a'), null);
  second.welcomed();
  counted.enter('a').welcomed();
  assert.equal(counted.limitHit('a'), 'sockets-per-address');
});

test('a place is given back once, whatever is called twice', () => {
  const counted = book();
  const [first, second] = [counted.enter('a'), counted.enter('a')];
  first.gone();
  first.gone();
  first.welcomed();
  assert.equal(counted.limitHit('a'), null);
  const third = counted.enter('a');
  assert.equal(counted.limitHit('a'), 'pending-per-address');
  second.gone();
  third.welcomed();
  third.gone();
  assert.equal(counted.size, 0);
});
