import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MachinePlayer } from '../testing/machine-player.js';

const sdp = (fragment: string) => `v=0\r\na=ice-ufrag:${fragment}\r\n`;
const offers = (player: MachinePlayer) =>
  player.done('link-offer').map(({ neg, iceRestart }) => [neg, iceRestart]);
const accepted = (player: MachinePlayer) => player.done('link-accept-offer').map(({ neg }) => neg);
const needed = (player: MachinePlayer) => player.link({ type: 'link-negotiation-needed' });
const hearOffer = (player: MachinePlayer, neg: number, fragment = 'their') =>
  player.hear({ type: 'offer', epoch: 1, conn: 1, neg, sdp: sdp(fragment), from: 'p_b', seq: 9 });

/** Connected, the fragment of the other side known. */
function connected(slot: 0 | 1): MachinePlayer {
  const player = new MachinePlayer().connected(slot);
  player.setLinkFragment('their');
  return player;
}

describe('other transceivers on a running connection', () => {
  for (const slot of [0, 1] as const) {
    test(`slot ${slot} offers them, and nothing is mended`, () => {
      const player = connected(slot);
      needed(player);
      assert.deepEqual(offers(player), [[2, false]]);
      player.settle();
      assert.equal(player.state.link?.negotiation, 'settled');
      assert.equal(player.state.phase, 'connected');
      assert.equal(player.state.recovery, null);
    });

    test(`slot ${slot} takes theirs`, () => {
      const player = connected(slot);
      hearOffer(player, 2);
      assert.deepEqual(accepted(player), [2]);
      player.link({ type: 'link-described', kind: 'answer', neg: 2, sdp: 'a' });
      assert.equal(player.state.phase, 'connected');
      assert.deepEqual(player.sent(), ['answer']);
    });
  }

  test('what is wanted while an offer is out is offered after it', () => {
    const player = connected(0);
    needed(player);
    needed(player);
    assert.deepEqual(offers(player), [[2, false]]);
    player.settle();
    assert.deepEqual(offers(player), [
      [2, false],
      [3, false],
    ]);
  });
});

describe('both offer at once', () => {
  test('an offer after ours tells that ours was answered, though the answer was lost with a line', () => {
    const player = connected(0);
    needed(player);
    player.link({ type: 'link-described', kind: 'offer', neg: 2, sdp: 'mine' });
    hearOffer(player, 3);
    assert.deepEqual(accepted(player), [3]);
    player.link({ type: 'link-described', kind: 'answer', neg: 3, sdp: 'a' });
    assert.equal(player.state.link?.negotiation, 'settled');
  });

  test('slot 0 goes by its own', () => {
    const player = connected(0);
    needed(player);
    hearOffer(player, 2);
    player.link({ type: 'link-described', kind: 'offer', neg: 2, sdp: 'mine' });
    hearOffer(player, 2);
    assert.deepEqual(accepted(player), []);
    assert.equal(player.state.link?.negotiation, 'offered');
  });

  test('slot 0 takes the next of theirs while its browser still takes their answer in', () => {
    const player = connected(0);
    needed(player);
    player.link({ type: 'link-described', kind: 'offer', neg: 2, sdp: 'mine' });
    player.hear({ type: 'answer', epoch: 1, conn: 1, neg: 2, sdp: 'a', from: 'p_b', seq: 9 });
    hearOffer(player, 3);
    assert.deepEqual(accepted(player), [3]);
    player.link({ type: 'link-settled', neg: 2 });
    assert.equal(player.state.link?.negotiation, 'making');
  });

  test('slot 1 takes its own back, answers, and offers again when the browser says so', () => {
    const player = connected(1);
    needed(player);
    player.link({ type: 'link-described', kind: 'offer', neg: 2, sdp: 'mine' });
    hearOffer(player, 2);
    assert.deepEqual(accepted(player), [2]);
    needed(player);
    assert.equal(offers(player).length, 1, 'not before the answer is made');
    player.link({ type: 'link-described', kind: 'answer', neg: 2, sdp: 'a' });
    assert.deepEqual(offers(player).at(-1), [3, false]);
  });

  test('an offer of ours that is described after theirs came is not sent', () => {
    const player = connected(1);
    needed(player);
    hearOffer(player, 2);
    player.link({ type: 'link-described', kind: 'offer', neg: 2, sdp: 'mine' });
    player.link({ type: 'link-described', kind: 'answer', neg: 2, sdp: 'a' });
    assert.deepEqual(player.sent(), ['answer']);
  });

  test('a restart comes while ours is out: it is a restart, and ours comes after it', () => {
    const player = connected(1);
    needed(player);
    player.link({ type: 'link-described', kind: 'offer', neg: 2, sdp: 'mine' });
    hearOffer(player, 2, 'new');
    assert.equal(player.state.recovery?.step, 'restart');
    assert.deepEqual(accepted(player), [2]);
  });

  test('slot 0 restarts while it still answers: both answers and offer go out, in that order', () => {
    const player = connected(0);
    hearOffer(player, 2);
    player.hear({
      type: 'recover',
      epoch: 1,
      conn: 1,
      action: 'restart',
      reason: 'stalled',
      from: 'p_b',
      seq: 9,
    });
    player.link({ type: 'link-described', kind: 'answer', neg: 2, sdp: 'a' });
    player.link({ type: 'link-described', kind: 'offer', neg: 3, sdp: 'restart' });
    assert.deepEqual(
      player.sent().filter((type) => type === 'answer' || type === 'offer'),
      ['answer', 'offer'],
    );
  });
});

describe('nothing jams', () => {
  test('an offer that nobody answers is sent again, the same one', () => {
    const player = connected(0);
    needed(player);
    player.link({ type: 'link-described', kind: 'offer', neg: 2, sdp: 'mine' });
    player.clear();
    player.pass(5_000);
    const [again] = player.done('send').filter(({ message }) => message.type === 'offer');
    assert.deepEqual(again?.message, { type: 'offer', epoch: 1, conn: 1, neg: 2, sdp: 'mine' });
    player.settle();
    player.clear();
    player.pass(20_000);
    assert.equal(player.sent().includes('offer'), false, 'and answered, it is not');
  });

  test('while connecting it is sent once more, then a new connection is made', () => {
    const player = new MachinePlayer().waiting();
    player.hear({
      type: 'peer-joined',
      epoch: 1,
      slot: 0,
      polite: false,
      callId: 'c_1',
      trace: '00-x',
      peer: { id: 'p_b' },
      offer: { conn: 1, neg: 1 },
    });
    player.clear();
    player.pass(7_900);
    assert.equal(player.sent().filter((type) => type === 'offer').length, 1);
    player.pass(100);
    player.answerProbe();
    assert.equal(player.state.link?.conn, 2);
  });

  test('at most four offers in ten seconds; the fifth waits for its time', () => {
    const player = connected(0);
    const begun = player.now;
    const rebuild = () =>
      player.hear({
        type: 'recover',
        epoch: 1,
        conn: player.state.seat?.conn ?? 1,
        action: 'rebuild',
        reason: 'refused',
        from: 'p_b',
        seq: 9,
      });
    for (let n = 0; n < 3; n++) {
      needed(player);
      player.settle();
    }
    player.pass(1_000);
    rebuild();
    assert.equal(offers(player).length, 3, 'the first offer of the call was one');
    assert.equal(player.state.heldOffer, 'fresh');
    player.pass(10_000 - (player.now - begun));
    assert.equal(offers(player).length, 4);
    assert.equal(player.state.heldOffer, null);
  });

  test('what was held goes with the call', () => {
    const player = connected(0);
    for (let n = 0; n < 4; n++) {
      needed(player);
      player.settle();
    }
    assert.equal(player.state.heldOffer, 'change');
    player.input({ type: 'leave' });
    assert.equal(player.state.heldOffer, null);
    assert.equal(player.timers.size, 0);
  });

  test('a stale answer, and one to nothing, are dropped', () => {
    const player = connected(0);
    needed(player);
    player.link({ type: 'link-described', kind: 'offer', neg: 2, sdp: 'mine' });
    const hear = (neg: number) =>
      player.hear({ type: 'answer', epoch: 1, conn: 1, neg, sdp: 'a', from: 'p_b', seq: 9 });
    hear(1);
    hear(3);
    assert.deepEqual(player.done('link-accept-answer'), []);
    hear(2);
    hear(2);
    assert.equal(player.done('link-accept-answer').length, 1);
  });
});

describe('refused by the other browser', () => {
  test('slot 0 offers simpler connections, then sound alone, then it is over for both', () => {
    const player = new MachinePlayer().connecting(0);
    const refused = () => {
      player.pass(6_000);
      player.hear({
        type: 'recover',
        epoch: 1,
        conn: player.state.seat?.conn ?? 1,
        action: 'rebuild',
        reason: 'refused',
        from: 'p_b',
        seq: 9,
      });
    };
    for (const _ of [1, 2, 3]) refused();
    assert.deepEqual(
      player.done('link-open').map(({ config }) => config.profile),
      ['full', 'compatible', 'compatible', 'audio'],
    );
    refused();
    assert.equal(player.state.reason, 'incompatible');
  });

  test('in a running call the other says so too, and the path is lost until there is a new one', () => {
    const player = connected(1);
    hearOffer(player, 2, 'new');
    player.link({ type: 'link-failed', step: 'offer', cause: null });
    const [recover] = player.done('send').filter(({ message }) => message.type === 'recover');
    assert.ok(recover?.message.type === 'recover' && recover.message.reason === 'refused');
    player.hear({ type: 'offer', epoch: 1, conn: 2, neg: 1, sdp: 'o', from: 'p_b', seq: 9 });
    assert.equal(player.state.link?.conn, 2);
    assert.equal(player.done('link-open').at(-1)?.config.profile, 'compatible');
  });
});
