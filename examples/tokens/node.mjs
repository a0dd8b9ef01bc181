// A join token in Node (Deno, Bun and Workers do it the same way). With JOIN_SECRET it is signed with the secret of the service,
// else with the private key in JOIN_PRIVATE_JWK.
//   node examples/tokens/node.mjs <room> <person> [name]
import { randomUUID } from 'node:crypto';
import { createJoinToken } from '@p2p-call/signal-worker/token';

const [room, sub, name] = process.argv.slice(2);
const { JOIN_SECRET, JOIN_PRIVATE_JWK = 'null' } = process.env;

const token = await createJoinToken(
  { room, sub, name, ttl: 300, jti: randomUUID() },
  JOIN_SECRET ?? JSON.parse(JOIN_PRIVATE_JWK),
);
console.log(token);
