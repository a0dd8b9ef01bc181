// Loaded into every contender's process before its own code (`node --import`): says what the process has used and holds. Over
// the channel to the parent, so that no contender has to be changed for it.
const ask = {
  cpu: () => process.cpuUsage(),
  memory() {
    // Twice: what the first one finds to be finalised goes with the second.
    globalThis.gc();
    globalThis.gc();
    return process.memoryUsage();
  },
};

if (process.send !== undefined) {
  process.on('message', ({ id, what }) => process.send({ id, answer: ask[what]() }));
  // The benchmark is gone: no server is left behind.
  process.on('disconnect', () => process.exit(0));
  // The product's own way of ending is not held up by this.
  process.channel.unref();
}
