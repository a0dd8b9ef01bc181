// One person's socket, and what is said on it.
import { Incoming, Outgoing } from './message.mjs';
import { RawSocket } from './raw-socket.mjs';

const CLOSED_MS = 10_000;

/** A promise with its ends in hand. */
export function deferred() {
  const ends = {};
  ends.promise = new Promise((resolve, reject) => Object.assign(ends, { resolve, reject }));
  // Whoever waits hears of it; if nobody does, it is heard of where the fleet fails.
  ends.promise.catch(() => undefined);
  return ends;
}

export class Link {
  #socket = null;
  #stages = new Map();
  #ended = deferred();
  #isClosing = false;
  #onFailure;
  /** Set by who measures: called with this link for each message that arrived whole and in its turn. */
  onMessage = null;
  outgoing = null;
  incoming = null;
  peer = null;

  constructor({ wire, port, index, room, localAddress, onFailure }) {
    Object.assign(this, { wire, port, index, room, localAddress });
    this.#onFailure = onFailure;
  }

  /** @returns a promise of the moment in which the person got so far: `lobby`, `seated` */
  until(stage) {
    return this.#stage(stage).promise;
  }

  reach(stage) {
    this.#stage(stage).resolve();
  }

  #stage(name) {
    const stage = this.#stages.get(name) ?? deferred();
    this.#stages.set(name, stage);
    return stage;
  }

  /** Connects; resolves in the lobby, where the contender has one, and else in the room. */
  open() {
    const { wire, port, localAddress } = this;
    const { protocol, lobby } = wire;
    const place = { port, path: wire.path(this), protocol, localAddress };
    this.#socket = new RawSocket(place, {
      onOpen: () => this.#guard(() => wire.onOpen(this)),
      onText: (bytes, start, end) => this.#guard(() => this.#hear(bytes, start, end)),
      onEnd: (why) => this.#handleEnd(why),
    });
    return this.until(lobby ? 'lobby' : 'seated');
  }

  /** Takes a seat, where that is a step of its own. */
  join() {
    if (this.wire.lobby) this.wire.join(this);
    return this.until('seated');
  }

  send(text) {
    this.#socket.write(text);
  }

  /** Both are seated: they may talk. */
  pairWith(peer) {
    this.peer = peer;
    this.outgoing = new Outgoing((sdp) => this.wire.message(this, sdp), this.index);
  }

  listen() {
    this.incoming = new Incoming(this.peer.outgoing);
  }

  /** The next message. Only once the one before has arrived: its bytes are used again. */
  sendNext() {
    this.#socket.writeFrame(this.outgoing.next());
  }

  /** The next message, whether or not the one before has arrived. */
  sendNextCopy() {
    this.#socket.writeFrame(Buffer.from(this.outgoing.next()));
  }

  close() {
    this.#isClosing = true;
    if (this.#socket === null) return Promise.resolve();
    this.#socket.close();
    const late = setTimeout(() => {
      this.#onFailure(new Error(`socket ${this.index} is still open after ${CLOSED_MS} ms`));
      this.destroy();
    }, CLOSED_MS);
    return this.#ended.promise.finally(() => clearTimeout(late));
  }

  destroy() {
    this.#isClosing = true;
    this.#socket?.destroy();
  }

  #hear(bytes, start, end) {
    if (this.incoming !== null && this.incoming.take(bytes, start, end)) this.onMessage?.(this);
    else this.wire.onText(this, bytes.toString('utf8', start, end));
  }

  #handleEnd(why) {
    this.#ended.resolve();
    if (!this.#isClosing) this.#fail(new Error(`socket ${this.index}: ${why}`));
  }

  #guard(act) {
    try {
      act();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error) {
    for (const { reject } of this.#stages.values()) reject(error);
    this.#onFailure(error);
  }
}
