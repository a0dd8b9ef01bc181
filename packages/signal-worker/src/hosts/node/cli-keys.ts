import { parseArgs } from 'node:util';
import { createKeyPair } from '../../token/key-pair.js';
import { usage, wordsOf, type CliIo } from './cli-io.js';

/** `keys`: prints a new pair of keys, and says what goes where. Each key is one line of JSON. @returns the exit code */
export async function keys(args: readonly string[], io: CliIo): Promise<number> {
  const algorithm = readAlgorithm(args);
  if (algorithm !== 'EdDSA' && algorithm !== 'ES256') return usage(io, algorithm.wrong);
  const { privateJwk, jwks } = await createKeyPair(algorithm);
  io.out('The private key. It stays with the server that makes the tokens, and nobody else gets it');
  io.out('(for "p2p-call-signal token": JOIN_PRIVATE_JWK, or a file named by --key):');
  io.out('');
  io.out(JSON.stringify(privateJwk));
  io.out('');
  io.out('The public key, for the signaling service: the value of JOIN_JWKS, or what JOIN_JWKS_URL answers.');
  io.out('The service then also needs a TICKET_SECRET, such as from "openssl rand -base64 32":');
  io.out('');
  io.out(JSON.stringify(jwks));
  return 0;
}

function readAlgorithm(args: readonly string[]): 'EdDSA' | 'ES256' | { readonly wrong: string } {
  try {
    const { values } = parseArgs({ args: [...args], options: { alg: { type: 'string' } }, strict: true });
    const { alg = 'EdDSA' } = values;
    return alg === 'EdDSA' || alg === 'ES256' ? alg : { wrong: '--alg is EdDSA or ES256' };
  } catch (error) {
    return { wrong: wordsOf(error) };
  }
}
