// The examples as their readers run them; the service's own verifier judges what they print.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createJoinTokenVerifier, type JoinKeys } from '../src/auth/join-token.js';
import { createKeyPair } from '../src/token/index.js';

const SECRET = 'a-secret-of-the-tests-long-enough-for-HS256';
const TOP = fileURLToPath(new URL('../../..', import.meta.url));

function whatPhpLacks(): string | false {
  const { error, stdout } = spawnSync('php', ['-m'], { encoding: 'utf8' });
  if (error !== undefined) return 'there is no php: install PHP 8 (on Debian: apt-get install php-cli)';
  return /^sodium$/m.test(stdout) ? false : 'this php has no sodium: install its extension of that name';
}

interface Way {
  readonly environment: Record<string, string>;
  readonly keys: JoinKeys;
}

const bySecret = (): Way => ({
  environment: { JOIN_SECRET: SECRET },
  keys: { family: 'secret', secrets: [SECRET] },
});

async function byKey(algorithm: 'EdDSA' | 'ES256'): Promise<Way> {
  const { privateJwk, jwks } = await createKeyPair(algorithm);
  return {
    environment: { JOIN_PRIVATE_JWK: JSON.stringify(privateJwk) },
    keys: { family: 'jwks', jwks: { keys: jwks.keys.map((key) => ({ ...key })) } },
  };
}

const EXAMPLES: readonly (readonly [string, string, string, () => Way | Promise<Way>])[] = [
  ['Node, by secret', process.execPath, 'node.mjs', bySecret],
  ['Node, with an Ed25519 key', process.execPath, 'node.mjs', () => byKey('EdDSA')],
  ['Node, with a P-256 key', process.execPath, 'node.mjs', () => byKey('ES256')],
  ['PHP, by secret', 'php', 'hs256.php', bySecret],
  ['PHP, with an Ed25519 key', 'php', 'eddsa.php', () => byKey('EdDSA')],
];

const lack = whatPhpLacks();

for (const [what, program, file, choose] of EXAMPLES) {
  test(
    `${what}: the service takes what examples/tokens/${file} prints`,
    { skip: program === 'php' && lack },
    async () => {
      const { environment, keys } = await choose();
      const { PATH = '' } = process.env;
      const { stdout, stderr, status } = spawnSync(
        program,
        [`examples/tokens/${file}`, 'support-42', 'anna', 'Änna "A" ✓'],
        { cwd: TOP, encoding: 'utf8', env: { PATH, ...environment } },
      );
      assert.equal(status, 0, stderr);
      const verify = createJoinTokenVerifier({ keys, audience: 'p2p-call', issuer: null });
      const verdict = await verify(stdout.trim(), 'support-42', Date.now());
      assert.ok(verdict.ok, JSON.stringify(verdict));
      const { sub, name, singleUse } = verdict.claims;
      assert.deepEqual([sub, name], ['anna', 'Änna "A" ✓']);
      assert.ok(singleUse !== null);
    },
  );
}
