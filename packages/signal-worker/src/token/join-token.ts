import { LIMITS } from '@p2p-call/protocol';
import { base64url, utf8 } from './bytes.js';
import { payloadOf, type JoinTokenRequest } from './request.js';
import { prepareSigner, type SigningKey } from './signing-key.js';

/** The `typ` of a join token's header. */
export const JOIN_TOKEN_TYPE = 'p2p-join+jwt';

/**
 * Makes a join token (a JWT), which lets one person into one room.
 * @param key the service's JOIN_SECRET (signs with HS256), or a private Ed25519 or P-256 key with a `kid` (EdDSA, ES256)
 * @param now ms since the epoch
 * @throws TypeError for a value of the wrong kind, or a key that is none
 * @throws RangeError for a request or a key that no service accepts
 */
export async function createJoinToken(
  request: JoinTokenRequest,
  key: SigningKey,
  now = Date.now(),
): Promise<string> {
  const payload = payloadOf(request, now);
  const { algorithm, kid, sign } = await prepareSigner(key);
  const header = { alg: algorithm, typ: JOIN_TOKEN_TYPE, ...(kid === null ? {} : { kid }) };
  const text = `${part(header)}.${part(payload)}`;
  const token = `${text}.${base64url(await sign(utf8(text)))}`;
  if (token.length > LIMITS.tokenLength) {
    throw new RangeError(
      `The token would have ${token.length} characters; the service takes ${LIMITS.tokenLength}.`,
    );
  }
  return token;
}

function part(value: object): string {
  return base64url(utf8(JSON.stringify(value)));
}
