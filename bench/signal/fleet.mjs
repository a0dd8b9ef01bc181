// Many people at once, two to a room.
import { deferred, Link } from './link.mjs';

/** Several addresses of the loopback network, as people have several: Linux has all of 127.0.0.0/8. */
const ADDRESSES = 16;
const CONCURRENCY = 32;

function addressOf(index) {
  return process.platform === 'linux' ? `127.0.0.${2 + (index % ADDRESSES)}` : null;
}

let roomsSoFar = 0;

export class Fleet {
  #failed = deferred();

  /** @param size people, an even number; their rooms are new ones */
  static async create(wire, server, size) {
    const fleet = new Fleet();
    const firstRoom = roomsSoFar;
    roomsSoFar += size / 2;
    fleet.links = Array.from(
      { length: size },
      (_, index) =>
        new Link({
          wire,
          port: server.port,
          index,
          room: `bench-${process.pid}-${firstRoom + Math.floor(index / 2)}`,
          localAddress: addressOf(index),
          onFailure: (error) => fleet.#failed.reject(error),
        }),
    );
    for (const link of fleet.links) await wire.prepare?.(link);
    return fleet;
  }

  /** The same promise, unless a socket fails first. */
  orFails(promise) {
    return Promise.race([promise, this.#failed.promise]);
  }

  /** Does something for everybody, some of them at a time. */
  each(act, concurrency = CONCURRENCY) {
    const queue = this.links.values();
    const work = async () => {
      for (const link of queue) await act(link);
    };
    return this.orFails(Promise.all(Array.from({ length: concurrency }, work)));
  }

  open() {
    return this.each((link) => link.open());
  }

  join() {
    return this.each((link) => link.join());
  }

  /** Everybody is seated: from now on they can talk. */
  pair() {
    for (const [index, link] of this.links.entries()) link.pairWith(this.links[index ^ 1]);
    for (const link of this.links) link.listen();
  }

  close() {
    return this.each((link) => link.close());
  }

  /** Whatever happened, nothing stays open. */
  destroy() {
    for (const link of this.links) link.destroy();
  }
}
